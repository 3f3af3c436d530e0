import { beforeAll, expect, test } from 'vitest';
import type { PhotoId, UserId } from '../../src/runtime/ids.ts';
import { YearKind } from '../../src/data/model/entity-kinds.ts';
import { keyOf, toEntity } from '../../src/data/model/kind.ts';
import { createStore } from '../../src/data/read/store.ts';
import { countDays } from '../../src/features/timeline/count-days.ts';
import { Days } from '../../src/features/timeline/schemas.ts';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const store = createStore(world.datastore);

let ana: TestUser;
let id: UserId;
const photos: PhotoId[] = [];

beforeAll(async () => {
  ana = await world.user();
  id = (await ana.get('/v1/me').expect(200)).body.id as UserId;
  for (const day of ['2018-12-31', '2019-07-01', '2019-07-01', '2019-07-02', '2020-01-01']) {
    const bytes = await picture({ takenAt: `${day}T10:00:00`, width: 40, height: 30 });
    photos.push((await ana.upload(bytes).expect(201)).body.photo.id as PhotoId);
  }
  await world.drain();
});

const days = async () => {
  const { months } = await ana.read('/v1/timeline/days', Days);
  return months.flatMap((month) => month.days);
};

async function proveAll(): Promise<void> {
  await world.advance(7 * 24 * 3_600_000);
  // Tokens last for an hour.
  ana = await world.user(ana.name);
  expect(await world.cloud.runCron('/cron/prove-days')).toBe(200);
  await world.drain();
}

const sequence = async () => (await ana.get('/v1/timeline/days').expect(200)).body.sequence as number;

test('right counts stay, and no change is seen', async () => {
  const before = await sequence();
  await proveAll();
  expect(await sequence()).toBe(before);
});

test('wrong counts are found and corrected, whether too high, too low, missing or of a day without photos', async () => {
  const before = await sequence();
  const right = await days();
  const spoil = (year: string, days: Record<string, number>) =>
    world.datastore.save(toEntity(keyOf(world.datastore, id, YearKind, year), YearKind, { days }));
  await spoil('2018', {});
  await spoil('2019', { '07-01': 7, '12-24': 1 });
  await spoil('2031', { '01-01': 3 });

  const logged = world.logged('Day counts were wrong');
  await proveAll();
  expect(await days()).toEqual(right);
  expect(await logged).toContain('2031-01-01');
  expect(await sequence()).toBeGreaterThan(before);
});

test('a large timeline is counted in steps of whole days, each going on where the one before ended', async () => {
  const first = await countDays(store, id, { before: undefined, enough: 2 });
  expect(first).toMatchObject({ photos: 2, earliest: '2019-07-02' });
  const second = await countDays(store, id, { before: first?.earliest, enough: 1 });
  expect(second).toMatchObject({ photos: 2, earliest: '2019-07-01' });
  const third = await countDays(store, id, { before: second?.earliest, enough: 1 });
  expect([third?.photos, third?.earliest]).toEqual([1, undefined]);
  for (const counted of [first, second, third]) expect(counted?.wrong.size).toBe(0);
});

test('counts are not corrected by what has changed since they were taken', async () => {
  await world.datastore.save(
    toEntity(keyOf(world.datastore, id, YearKind, '2018'), YearKind, { days: { '12-31': 9 } }),
  );
  const counted = await countDays(store, id, { before: undefined, enough: 100 });
  expect(counted?.wrong).toEqual(new Map([['2018-12-31', 1]]));
  await ana.delete(`/v1/photos/${photos[0]}`).expect(204);
  await proveAll();
  expect((await days()).some(({ date }) => date === '2018-12-31')).toBe(false);
});
