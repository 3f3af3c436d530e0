import request from 'supertest';
import { expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';
import { ask, open, put, QUANTUM, send } from './phone.ts';

const world = await startWorld();
const DAY = 24 * 3_600_000;

test('uploads that never became a photo are swept after a day, with their sessions and objects', async () => {
  const before = await world.objects();
  const name = 'forgetful';
  const ana = await world.user(name);
  const bytes = await picture({ bytes: 2 * QUANTUM });
  const [finished, begun, used] = [await open(ana, bytes), await open(ana, bytes), await open(ana, bytes)];
  await send(finished.sessionUrl, bytes);
  await put(begun.sessionUrl, bytes.subarray(0, QUANTUM), `bytes 0-${QUANTUM - 1}/${bytes.length}`);
  await send(used.sessionUrl, bytes);
  const { body } = await ana
    .post('/v1/photos/batch')
    .send({ items: [{ upload: used.id }] })
    .expect(200);
  // The app is not reachable meanwhile, so that no other cron job runs.
  await world.cloud.appIsGone();
  await world.advance(DAY);
  await world.cloud.appIsAt(world.url);
  const late = await world.user(name);
  const items = [{ upload: finished.id }];
  const expired = await late.post('/v1/photos/batch').send({ items }).expect(200);
  expect(expired.body.results).toMatchObject([{ status: 'failed', problem: { code: 'gone' } }]);

  expect(await world.cloud.runCron('/cron/sweep-uploads')).toBe(200);
  await world.drain();

  expect((await ask(begun.sessionUrl, bytes.length)).status).toBe(410);
  const originals = (await world.objects()).filter(
    (object) => !before.includes(object) && object.startsWith('originals/'),
  );
  expect(originals).toHaveLength(1);
  const { photo } = body.results[0];
  const shown = await late.get(`/v1/photos/${photo.id}`).expect(200);
  await request(world.url).get(shown.body.original.url).expect(200);
  // A global query may be late by ten seconds.
  await world.advance(10_000);
  const rows = await world.datastore.runQuery(world.datastore.createQuery('Upload'));
  expect(rows[0]).toEqual([]);
  const again = await late.post('/v1/photos/batch').send({ items }).expect(200);
  expect(again.body.results).toMatchObject([{ problem: { code: 'not-found' } }]);
});
