import { expect, test } from 'vitest';
import { UploadReply } from '../../src/features/photos/schemas.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld({ env: { MAX_TOTAL_BYTES: '100000' } });
const MINUTE = 60_000;

const uploadOf = async (bytes: number) => picture({ width: 64, height: 48, bytes });
const openSession = (user: TestUser, bytes: number) =>
  user.post('/v1/uploads').send({ bytes, type: 'image/jpeg', sha256: '0'.repeat(64) });

/** One night: what was written before it is visible to the sum, and each instance has heard of the result. */
async function night(): Promise<void> {
  await world.advance(MINUTE);
  expect(await world.cloud.runCron('/cron/sum-storage')).toBe(200);
  await world.advance(MINUTE);
}

const FULL = 'The service is full';

test('a service above its limit refuses uploads on both routes, logs it each night, and accepts uploads again', async () => {
  const [ana, ben] = [await world.user(), await world.user()];
  const { photo } = checked(UploadReply, (await ana.upload(await uploadOf(60_000)).expect(201)).body);
  await night();
  await ben.upload(await uploadOf(30_000)).expect(201);
  await openSession(ben, 20_000).expect(201);

  const alarm = world.logged(FULL);
  await night();

  expect(JSON.parse(await alarm)).toMatchObject({ severity: 'ERROR', totalBytes: 110_000, maxTotalBytes: 100_000 });
  const refused = [
    await ben.upload(await uploadOf(1000)).expect(507),
    await openSession(ben, 1000).expect(507),
    await ben
      .post(`/post/${ben.name}/`)
      .attach('image', await uploadOf(1000), 'photo.jpg')
      .expect(507),
  ];
  for (const { body } of refused) expect(body).toMatchObject({ code: 'service-full' });
  await ana.get('/v1/timeline').expect(200);
  const again = world.logged(FULL);
  await night();
  await again;

  await ana.delete(`/v1/photos/${photo.id}`).expect(204);
  await ana.delete(`/v1/trash/${photo.id}`).expect(204);
  await ben.upload(await uploadOf(1000)).expect(507);
  const relief = world.logged('The service has room again');
  await night();
  expect(JSON.parse(await relief)).toMatchObject({ totalBytes: 50_000 });
  await ben.upload(await uploadOf(1000)).expect(201);
  await openSession(ben, 1000).expect(201);
});
