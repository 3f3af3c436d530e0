import { expect, test } from 'vitest';
import { UploadReply } from '../../src/features/photos/schemas.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { manualClock, type Clock } from '../../src/runtime/clock.ts';
import { createSteadyClock } from '../../src/background/steady-clock.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';

const DAY = 24 * 3_600_000;

const world = await startWorld();

test('photos in the trash go for good after thirty days, and not before', async () => {
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
    // The app is not reachable meanwhile, so that no other cron job runs.
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
  const left = (await late.read('/v1/timeline', TimelinePage)).items;
  // In no order: they were taken at the same moment.
  expect(new Set(left.map(({ id }) => id))).toEqual(new Set([kept, restored]));
  expect((await world.objects()).filter((name) => name.includes(old))).toEqual([]);
});

test('a clock that is 40 days ahead empties no trash before it has run steadily for an hour', async () => {
  const MINUTE = 60_000;
  const bob = await world.user('bob');
  const { id } = checked(UploadReply, (await bob.upload(await picture({ width: 61 })).expect(201)).body).photo;
  await bob.delete(`/v1/photos/${id}`).expect(204);
  await world.drain();
  const inTrash = async () => ((await (await world.user('bob')).get('/v1/trash').expect(200)).body.items as []).length;
  const purge = async () => {
    await world.cloud.appIsAt(world.url);
    expect(await world.cloud.runCron('/cron/purge-trash')).toBe(200);
    await world.drain();
    await world.cloud.appIsGone();
  };

  await world.step(40 * DAY);
  await purge();
  await world.advance(59 * MINUTE);
  await purge();
  expect(await inTrash()).toBe(1);
  // Set right within the hour, it must be steady for another one; a restart with a wrong clock is noticed too.
  await world.step(-40 * DAY);
  await purge();
  await world.advance(61 * MINUTE);
  await purge();
  expect(await inTrash()).toBe(1);
  await world.step(40 * DAY);
  const restarted = createSteadyClock(world);
  expect(await restarted.wait()).toBe(60 * MINUTE);
  await world.step(-40 * DAY);
  await world.advance(30 * DAY);
  await purge();
  expect(await inTrash()).toBe(0);
});

test('a new instance whose clock agrees with the others deletes at once; one whose clock is ahead waits', async () => {
  const wait = (clock: Clock) => createSteadyClock({ ...world, clock }).wait();
  const HOUR = 3_600_000;
  await world.advance(2 * HOUR);
  expect(await createSteadyClock(world).wait()).toBe(HOUR);
  const veteran = createSteadyClock(world);
  await world.advance(2 * HOUR);
  expect(await veteran.wait()).toBe(0);
  expect(await wait(manualClock(world.clock.now() + 30_000))).toBe(0);
  expect(await wait(manualClock(world.clock.now() + 40 * DAY))).toBe(HOUR);
});
