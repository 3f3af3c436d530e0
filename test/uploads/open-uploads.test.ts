import request from 'supertest';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { MOST_OPEN_UPLOADS } from '../../src/data/rules/upload-changes.ts';
import { Me } from '../../src/features/accounts/schemas.ts';
import { UploadPage } from '../../src/features/uploads/schemas.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { ask, finish, finished, open, put, QUANTUM, send, sendDirect, sha256, type Opened } from './phone.ts';

const world = await startWorld();
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const wantedFor = (bytes: Buffer) => ({ bytes: bytes.length, type: 'image/jpeg', sha256: sha256(bytes) });
const list = async (user: TestUser, query = '') => await user.read(`/v1/uploads${query}`, UploadPage);
/** As the bucket answers it: 499 for a session that has been ended. */
const endAtBucket = (url: string) => request(url).delete('').expect(499);

async function openMany(user: TestUser, bytes: Buffer, count: number): Promise<Opened[]> {
  const opened: Opened[] = [];
  while (opened.length < count) {
    const some = Math.min(25, count - opened.length);
    opened.push(...(await Promise.all(Array.from({ length: some }, () => open(user, bytes)))));
  }
  return opened;
}

describe('an upload whose session was ended at the bucket', () => {
  test('an upload whose session was ended at the bucket is over for the batch, and for each repetition of it', async () => {
    const ana = await world.user();
    const bytes = await picture();
    const { id, sessionUrl } = await open(ana, bytes);
    expect(await finish(ana, id)).toMatchObject({ problem: { code: 'upload-unfinished', retryable: true } });
    await endAtBucket(sessionUrl);

    for (let tries = 0; tries < 2; tries++) {
      const result = await finish(ana, id);
      expect(result).toMatchObject({ status: 'failed', problem: { code: 'gone' } });
      expect(result).not.toHaveProperty('problem.retryable');
    }
    await ana.get(`/v1/uploads/${id}`).expect(410);
    expect(await ana.delete(`/v1/uploads/${id}`)).toMatchObject({ status: 204 });
  });

  test('an upload whose session was ended at the bucket is in no list', async () => {
    const ana = await world.user();
    const bytes = await picture();
    const [one, two] = [await open(ana, bytes), await open(ana, bytes)];
    await endAtBucket(one.sessionUrl);
    expect((await list(ana)).items.map(({ id }) => id)).toEqual([two.id]);
    expect(await finish(ana, one.id)).toMatchObject({ problem: { code: 'gone' } });
  });
});

describe('open uploads', () => {
  test('open uploads are listed with their offset and expiry', async () => {
    const [ana, ben] = [await world.user(), await world.user()];
    const bytes = await picture({ bytes: 3 * QUANTUM });
    const begun = await open(ana, bytes, { fileName: 'lake.jpg' });
    await put(begun.sessionUrl, bytes.subarray(0, QUANTUM), `bytes 0-${QUANTUM - 1}/${bytes.length}`);
    const whole = await open(ana, bytes);
    await send(whole.sessionUrl, bytes);
    const another = await finish(ana, await sendDirect(ana, await picture()));

    const reply = await ana.get('/v1/uploads').expect(200);

    const byId = new Map(checked(UploadPage, reply.body).items.map((item) => [item.id, item]));
    expect([...byId.keys()].sort()).toEqual([begun.id, whole.id].sort());
    expect(byId.get(begun.id)).toEqual({
      ...begun,
      ...wantedFor(bytes),
      fileName: 'lake.jpg',
      state: 'open',
      offset: QUANTUM,
      photo: null,
    });
    expect(byId.get(whole.id)).toMatchObject({ state: 'complete', offset: bytes.length });
    await ana
      .get('/v1/uploads')
      .set('If-None-Match', reply.headers['etag'] ?? '')
      .expect(304);
    const one = await ana.get(`/v1/uploads/${begun.id}`).expect(200);
    expect(one.body).toEqual(byId.get(begun.id));
    expect(one.headers['etag']).toBeDefined();
    expect(await list(ben)).toEqual({ items: [], next: null, prev: null });
    expect(another.status).toBe('created');
  });

  test('open uploads are paged by cursor, in both directions', async () => {
    const ana = await world.user();
    const opened = await openMany(ana, await picture(), 5);
    const pages: z.infer<typeof UploadPage>[] = [];
    for (let query = '?limit=2'; ;) {
      const page = await list(ana, query);
      pages.push(page);
      if (page.next === null) break;
      query = `?limit=2&cursor=${page.next}`;
    }
    const ids = pages.map(({ items }) => items.map(({ id }) => id));
    expect(ids.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(ids.flat().sort()).toEqual(opened.map(({ id }) => id).sort());
    const back = await list(ana, `?limit=2&cursor=${pages[2]?.prev}`);
    expect(back.items.map(({ id }) => id)).toEqual(ids[1]);
    expect([pages[0]?.prev, back.prev === null]).toEqual([null, false]);
    const { headers } = await ana.get('/v1/uploads?limit=2').expect(200);
    expect(headers['link']).toContain('rel="next"');
  });

  test('say what has become of one that is a photo', async () => {
    const ana = await world.user();
    const upload = await sendDirect(ana, await picture());
    const { photo } = await finished(ana, upload);
    const { body } = await ana.get(`/v1/uploads/${upload}`).expect(200);
    expect(body).toMatchObject({ state: 'photo', photo: photo.id });
    expect(problemOf(await ana.delete(`/v1/uploads/${upload}`).expect(409)).code).toBe('conflict');
    await ana.get(`/v1/photos/${photo.id}`).expect(200);
  });

  test('open uploads are ended for good by repeated requests, and nothing of them stays', async () => {
    const ana = await world.user();
    await world.drain();
    const before = await world.objects();
    const bytes = await picture({ bytes: 2 * QUANTUM });
    const [begun, whole] = [await open(ana, bytes), await open(ana, bytes)];
    await put(begun.sessionUrl, bytes.subarray(0, QUANTUM), `bytes 0-${QUANTUM - 1}/${bytes.length}`);
    await send(whole.sessionUrl, bytes);

    for (const { id } of [begun, whole, begun, whole]) await ana.delete(`/v1/uploads/${id}`).expect(204);

    expect((await ask(begun.sessionUrl, bytes.length)).status).toBe(410);
    for (const { id } of [begun, whole]) {
      expect(await finish(ana, id)).toMatchObject({ problem: { code: 'gone' } });
      await ana.get(`/v1/uploads/${id}`).expect(410);
    }
    await world.drain();
    expect(await world.objects()).toEqual(before);
    expect((await list(ana)).items).toEqual([]);
  });

  test('open uploads of another user are not found', async () => {
    const [ana, ben] = [await world.user(), await world.user()];
    const { id, sessionUrl } = await open(ana, await picture());
    for (const call of [ben.get(`/v1/uploads/${id}`), ben.delete(`/v1/uploads/${id}`)]) await call.expect(404);
    await ben.get('/v1/uploads/short').expect(404);
    expect((await ask(sessionUrl, 1000)).status).toBe(308);
  });

  test('open uploads keep their places while the bucket does not answer, and say so', async () => {
    const ana = await world.user();
    const { id } = await open(ana, await picture());
    const key = world.datastore.key(['User', (await ana.read('/v1/me', Me)).id, 'Upload', id]);
    const [row] = (await world.datastore.get(key)) as [{ view: string }];
    const view = row.view.replace(/http:\/\/127\.0\.0\.1:\d+/, 'http://127.0.0.1:1');
    await world.datastore.save({ key, data: { ...row, view }, excludeFromIndexes: ['view'] });

    for (const call of [ana.get('/v1/uploads'), ana.get(`/v1/uploads/${id}`), ana.delete(`/v1/uploads/${id}`)]) {
      expect(problemOf(await call.expect(503))).toMatchObject({ code: 'unavailable', retryable: true });
    }
  });
});

/** Two hundred sessions are opened and asked: that takes its time on a loaded machine. */
describe('a user with as many open uploads as there may be', () => {
  test('a user with as many open uploads as there may be gets a place by a photo, by an end, by a session ended at the bucket, and when the first one expires', async () => {
    const name = 'collector';
    const ana = await world.user(name);
    const bytes = await picture({ width: 64, height: 48 });
    const openOne = (key?: string) =>
      ana
        .post('/v1/uploads')
        .set(key ? { 'Idempotency-Key': key } : {})
        .send(wantedFor(bytes));
    const { body: first } = await openOne('first').expect(201);
    await send(first.sessionUrl as string, bytes);
    await world.advance(MINUTE);
    const opened = await openMany(await world.user(name), bytes, MOST_OPEN_UPLOADS - 1);

    const refused = await openOne().expect(429);
    expect(problemOf(refused)).toMatchObject({ code: 'too-many-uploads', maxUploads: MOST_OPEN_UPLOADS });
    const seconds = (DAY - MINUTE) / 1000;
    expect(refused.headers).toMatchObject({
      'retry-after': String(seconds),
      ratelimit: `"open-uploads";r=0;t=${seconds}`,
    });
    expect((await openOne('first').expect(201)).body).toEqual(first);

    expect(await finish(ana, first.id as string)).toMatchObject({ status: 'created' });
    await openOne().expect(201);
    await endAtBucket(opened[120]?.sessionUrl ?? '');
    await openOne().expect(201);
    await ana.delete(`/v1/uploads/${opened[7]?.id}`).expect(204);
    await openOne().expect(201);
    expect((await openOne().expect(429)).headers['retry-after']).toBe(String(DAY / 1000));

    await world.cloud.appIsGone();
    await world.advance(DAY);
    await world.cloud.appIsAt(world.url);
    // No sweep has run: what has expired gives its place to what comes.
    const next = await world.user(name);
    await next.post('/v1/uploads').send(wantedFor(bytes)).expect(201);
  });
});
