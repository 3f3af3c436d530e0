import { expect, test } from 'vitest';
import { ChangesPage } from '../../src/features/changes/schemas.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';

const MINUTE = 60_000;

const world = await startWorld();

test('a photo posted after the clock was set back is the newest one in the order of posting and in the feed', async () => {
  const posted: { id: string; postedAt: string }[] = [];
  for (const step of [0, -10 * MINUTE, 5 * MINUTE, 60 * MINUTE]) {
    await world.step(step);
    const ana = await world.user('ana');
    posted.push((await ana.upload(await picture({ width: 60 + posted.length })).expect(201)).body.photo);
  }
  const times = posted.map(({ postedAt }) => postedAt);
  expect(times).toEqual([...times].sort());
  expect(Date.parse(times[3]!) - Date.parse(times[0]!)).toBe(55 * MINUTE);

  const ids = posted.map(({ id }) => id);
  const later = await world.user('ana');
  const { items } = await later.read('/v1/timeline?order=posted', TimelinePage);
  expect(items.map(({ id }) => id)).toEqual([...ids].reverse());
  const { changes } = await later.read('/v1/changes', ChangesPage);
  expect(changes.map((change) => 'photo' in change && change.photo.id)).toEqual(ids);
});
