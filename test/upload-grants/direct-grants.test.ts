import request from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { MadeToken } from '../../src/features/tokens/schemas.ts';
import { Grants } from '../../src/features/upload-grants/schemas.ts';
import { UploadStatus } from '../../src/features/uploads/schemas.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { storedFields } from '../support/stored.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { z } from 'zod';
import { putFile } from './put-file.ts';

const MAX_UPLOAD_BYTES = 100_000;
const world = await startWorld({ env: { MAX_UPLOAD_BYTES: String(MAX_UPLOAD_BYTES), QUOTA_BYTES: '2000000' } });

const DAY = 24 * 3_600_000;
const maxBytes = 400_000;

/** Larger than a form may be. */
let file: Buffer;

beforeAll(async () => {
  file = await picture({ bytes: 300_000 });
});

interface DirectGrant {
  url: string;
  upload: string;
  expiresAt: string;
}

async function grantsOf(user: Pick<TestUser, 'post'>, body: object = {}, key?: string): Promise<DirectGrant[]> {
  const call = user.post('/v1/upload-grants').set(key === undefined ? {} : { 'Idempotency-Key': key });
  const reply = await call.send({ direct: true, count: 1, maxBytes, ...body }).expect(201);
  return checked(Grants, reply.body).grants.map(({ url, expiresAt, upload = '' }) => ({ url, expiresAt, upload }));
}

async function grantOf(user: Pick<TestUser, 'post'>): Promise<DirectGrant> {
  const [grant] = await grantsOf(user);
  if (!grant) throw new Error('There is no grant.');
  return grant;
}

/** What the minute's cron run and its tasks do. */
async function minute(): Promise<void> {
  expect(await world.cloud.runCron('/cron/find-direct-uploads')).toBe(200);
  await world.drain();
}

const usageOf = async (user: TestUser) => (await user.read('/v1/me', Me)).usage;

const photosOf = async (user: TestUser) => (await user.read('/v1/timeline?fields=all', TimelinePage)).items;

const granted = async () => (await world.objects()).filter((name) => name.startsWith('granted/'));

describe('a direct grant', () => {
  test('a file above the limit of a form becomes a photo within a minute, with a checksum that was computed', async () => {
    const ana = await world.user();
    const [one, two] = await grantsOf(ana, { count: 2, days: 3 });
    expect(one?.expiresAt).toBe(new Date(world.clock.now() + 3 * DAY).toISOString());
    expect(await usageOf(ana)).toMatchObject({ bytes: 0, reservedBytes: 2 * maxBytes });
    const status = async (upload = one?.upload) => ana.read(`/v1/uploads/${upload}`, UploadStatus);
    expect(await status()).toMatchObject({ state: 'open', bytes: maxBytes, type: '', sha256: '' });
    expect((await putFile(one?.url ?? '', file)).status).toBe(200);
    expect(await photosOf(ana)).toEqual([]);
    await minute();
    const [photo] = await photosOf(ana);
    expect(photo).toMatchObject({ bytes: file.length, type: 'image/jpeg', state: 'ready' });
    expect(await world.bytesAt(photo?.original.url ?? '')).toEqual(file);
    const { id } = await ana.read('/v1/me', Me);
    const path = ['User', id, 'Photo', photo?.id ?? ''];
    expect(await storedFields(world.datastore, path, { digest: z.string() })).toMatchObject({ digest: 'proved' });
    expect(await status()).toMatchObject({ state: 'photo', photo: photo?.id });
    expect(await usageOf(ana)).toMatchObject({ bytes: file.length, reservedBytes: maxBytes });
    expect(await granted()).toEqual([]);

    // The same file again, by the other grant.
    await putFile(two?.url ?? '', file);
    await minute();
    expect(await photosOf(ana)).toHaveLength(1);
    expect(await status(two?.upload)).toMatchObject({ state: 'photo', photo: photo?.id });
    expect([await granted(), (await usageOf(ana)).reservedBytes]).toEqual([[], 0]);
  });

  test('a file that is too large or no photo frees its place and leaves nothing', async () => {
    const ana = await world.user();
    const objects = await world.objects();
    const [large, text, waiting] = await grantsOf(ana, { count: 3 });
    await putFile(large?.url ?? '', Buffer.concat([file, Buffer.alloc(maxBytes)]));
    await putFile(text?.url ?? '', Buffer.alloc(200_000, 'no picture '));
    await minute();
    expect([await photosOf(ana), (await usageOf(ana)).reservedBytes]).toEqual([[], maxBytes]);
    for (const grant of [large, text]) await ana.get(`/v1/uploads/${grant?.upload}`).expect(410);
    expect(await world.objects()).toEqual(objects);
    const batch = await ana.post('/v1/photos/batch').send({ items: [{ upload: waiting?.upload }] });
    expect(batch.body).toMatchObject({ results: [{ status: 'failed', problem: { code: 'invalid-request' } }] });
    await ana.delete(`/v1/uploads/${waiting?.upload}`).expect(204);
    expect((await usageOf(ana)).reservedBytes).toBe(0);
  });

  test('the end of all sessions ends direct grants, those whose file has arrived among them', async () => {
    const ana = await world.user();
    const [arrived, late] = await grantsOf(ana, { count: 2 });
    await putFile(arrived?.url ?? '', file);
    await ana.delete('/v1/sessions').expect(204);
    await world.drain();
    expect((await usageOf(ana)).reservedBytes).toBe(0);
    expect((await putFile(late?.url ?? '', file)).status).toBeGreaterThanOrEqual(400);
    await minute();
    expect([await photosOf(ana), await granted()]).toEqual([[], []]);
    const next = await grantOf(ana);
    await putFile(next.url, file);
    await minute();
    expect(await photosOf(ana)).toHaveLength(1);
  });

  test('a file by a grant of a personal token that was revoked since becomes no photo', async () => {
    const ana = await world.user();
    const ask = { name: 'Phone', scopes: ['upload'] };
    const { id, token } = checked(MadeToken, (await ana.post('/v1/tokens').send(ask).expect(201)).body);
    const byToken = { post: (path: string) => request(world.url).post(path).set('Authorization', `Bearer ${token}`) };
    const { url } = await grantOf(byToken);
    await ana.delete(`/v1/tokens/${id}`).expect(204);
    await putFile(url, file);
    await minute();
    expect([await photosOf(ana), await granted()]).toEqual([[], []]);
  });

  test('a repeated request with the same key gets the same grants, and more than there is room for are refused', async () => {
    const ana = await world.user();
    const first = await grantsOf(ana, { count: 2 }, 'one');
    expect(await grantsOf(ana, { count: 2 }, 'one')).toEqual(first);
    const post = (body: object) => ana.post('/v1/upload-grants').send({ direct: true, count: 1, maxBytes, ...body });
    expect(problemOf(await post({ count: 4 }).expect(507)).code).toBe('quota-exceeded');
    expect(await usageOf(ana)).toMatchObject({ reservedBytes: 2 * maxBytes });
    expect(problemOf(await post({ maxBytes: 201 * 2 ** 20 }).expect(413)).code).toBe('file-too-large');
    const wrong: [object, string][] = [
      [{ count: 21 }, '/count'],
      [{ days: 7 }, '/days'],
      [{ maxBytes: undefined }, '/maxBytes'],
      [{ direct: undefined }, '/maxBytes'],
    ];
    for (const [body, pointer] of wrong) {
      expect(problemOf(await post(body).expect(400))).toMatchObject({ errors: [{ pointer }] });
    }
  });

  test('an erased account leaves no file of a direct grant', async () => {
    const ana = await world.user();
    const [arrived, late] = await grantsOf(ana, { count: 2 });
    await putFile(arrived?.url ?? '', file);
    const objects = await granted();
    expect(objects).toHaveLength(1);
    await ana.delete('/v1/me').expect(202);
    await world.drain();
    expect((await putFile(late?.url ?? '', file)).status).toBeGreaterThanOrEqual(400);
    await minute();
    expect((await world.objects()).filter((name) => name.includes(objects[0]?.split('/')[1] ?? ''))).toEqual([]);
  });

  test('an unused direct grant is swept after its end, and the account is free of it', async () => {
    const ana = await world.user();
    const { url } = await grantOf(ana);
    await world.advance(6 * DAY + 3_600_000);
    expect(await world.cloud.runCron('/cron/sweep-uploads')).toBe(200);
    expect((await usageOf(await world.user(ana.name))).reservedBytes).toBe(0);
    expect((await putFile(url, file)).status).toBeGreaterThanOrEqual(400);
  });
});
