import { expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';

const DAY = 24 * 3_600_000;

const world = await startWorld();

test('photos in the trash go for good after thirty days, and not before', { timeout: 60_000 }, async () => {
  const ana = await world.user('ana');
  const upload = async () => (await ana.upload(await picture()).expect(201)).body.photo.id as string;
  const [old, restored, kept] = [await upload(), await upload(), await upload()];
  await ana.delete(`/v1/photos/${old}`).expect(204);
  await ana.delete(`/v1/photos/${restored}`).expect(204);
  await ana.post(`/v1/photos/${restored}/restore`).expect(200);
  await world.drain();
  const objects = await world.objects();

  const purge = async () => {
    await world.cloud.appIsAt(world.url);
    expect(await world.cloud.runCron('/cron/purge-trash')).toBe(200);
    await world.drain();
    // Nobody listens between: a month of cron runs is another test's matter.
    await world.cloud.appIsGone();
  };
  await world.cloud.appIsGone();
  await world.advance(30 * DAY - 20_000);
  await purge();
  expect(await world.objects()).toEqual(objects);
  await world.advance(20_000);
  await purge();

  const late = await world.user('ana');
  await late.get(`/v1/photos/${old}`).expect(404);
  expect((await late.get('/v1/trash').expect(200)).body.items).toEqual([]);
  const left = (await late.get('/v1/timeline').expect(200)).body.items as { id: string }[];
  // In no order: they were taken at the same moment.
  expect(new Set(left.map(({ id }) => id))).toEqual(new Set([kept, restored]));
  expect((await world.objects()).filter((name) => name.includes(old))).toEqual([]);
});
