import { expect, test } from 'vitest';
import { MOST_OPEN_UPLOADS } from '../../src/library/upload-changes.ts';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';
import { open, sendDirect, sha256 } from './phone.ts';

const world = await startWorld();
const DAY = 24 * 3_600_000;

test('so many uploads may be open at once; one that becomes a photo, or expires, makes room', async () => {
  const name = 'collector';
  const ana = await world.user(name);
  const bytes = await picture({ width: 64, height: 48 });
  const wanted = { bytes: bytes.length, type: 'image/jpeg', sha256: sha256(bytes) };
  const sent = await sendDirect(ana, bytes);
  for (let opened = 1; opened < MOST_OPEN_UPLOADS; opened += 25) {
    const some = Math.min(25, MOST_OPEN_UPLOADS - opened);
    await Promise.all(Array.from({ length: some }, () => open(ana, bytes)));
  }

  const { body, headers } = await ana.post('/v1/uploads').send(wanted).expect(429);
  expect(body).toMatchObject({ code: 'too-many-uploads', maxUploads: MOST_OPEN_UPLOADS });
  expect(headers).toMatchObject({ 'retry-after': '60', ratelimit: '"open-uploads";r=0;t=60' });

  await ana
    .post('/v1/photos/batch')
    .send({ items: [{ upload: sent }] })
    .expect(200);
  await ana.post('/v1/uploads').send(wanted).expect(201);
  await ana.post('/v1/uploads').send(wanted).expect(429);

  await world.cloud.appIsGone();
  await world.advance(DAY);
  await world.cloud.appIsAt(world.url);
  expect(await world.cloud.runCron('/cron/sweep-uploads')).toBe(200);
  const late = await world.user(name);
  await late.post('/v1/uploads').send(wanted).expect(201);
});
