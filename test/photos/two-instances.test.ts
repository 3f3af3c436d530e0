import { expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { secondInstance } from '../support/second-instance.ts';
import { signUp } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const elsewhere = await secondInstance(world);

test.each([
  ['the same bytes', {}, [200, 201]],
  ['the same key', { headers: { 'Idempotency-Key': 'one' } }, [201, 201]],
])('%s sent to two instances at once make one photo and leave one object', async (_, options, statuses) => {
  const here = await world.user();
  const there = await signUp(elsewhere, here.name);
  const before = await world.objects();
  const bytes = await picture();

  const replies = await Promise.all([here.upload(bytes, options), there.upload(bytes, options)]);

  expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual(statuses);
  expect(new Set(replies.map(({ body }) => body.photo.id as string)).size).toBe(1);
  expect((await there.get('/v1/timeline')).body.items).toHaveLength(1);
  expect(await world.objects()).toHaveLength(before.length + 1);
});
