import { describe, expect, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import { UploadPage } from '../../src/features/uploads/schemas.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { secondInstance } from '../support/second-instance.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { open, sendDirect, sha256, type Opened } from './phone.ts';

const QUOTA = 300_000;
const DAY = 24 * 3_600_000;
const world = await startWorld({ env: { QUOTA_BYTES: String(QUOTA) } });

const usageOf = async (user: TestUser) => (await user.read('/v1/me', Me)).usage;

const listed = async (user: TestUser) => (await user.read('/v1/uploads', UploadPage)).items;

/** Asks for a session for a file of that size, which is never sent. */
const ask = (user: TestUser, bytes: number, key?: string) =>
  user
    .post('/v1/uploads')
    .set(key === undefined ? {} : { 'Idempotency-Key': key })
    .send({ bytes, type: 'image/jpeg', sha256: '0'.repeat(64) });

const finish = (user: TestUser, ...uploads: string[]) =>
  user.post('/v1/photos/batch').send({ items: uploads.map((upload) => ({ upload })) });

const originals = async () => (await world.objects()).filter((name) => name.startsWith('originals/'));

describe('open uploads count in the quota', () => {
  test('so that of many at once only those that fit are opened, and no photo takes their room', async () => {
    const ana = await world.user();

    const replies = await Promise.all(Array.from({ length: 30 }, () => ask(ana, 60_000)));

    expect(replies.filter(({ status }) => status === 201)).toHaveLength(5);
    const refused = replies.filter(({ status }) => status === 507).map(({ body }) => body as object);
    expect(refused).toHaveLength(25);
    expect(refused[0]).toMatchObject({ code: 'quota-exceeded', maxBytes: QUOTA, usedBytes: 0, reservedBytes: QUOTA });
    expect(await usageOf(ana)).toMatchObject({ bytes: 0, reservedBytes: QUOTA });
    const byForm = await ana.upload(await picture({ width: 64, height: 48 })).expect(507);
    expect(problemOf(byForm)).toMatchObject({
      code: 'quota-exceeded',
      detail: expect.stringContaining('end open uploads'),
    });
    expect(await listed(ana)).toHaveLength(5);
  });

  test('until they are photos, of which the bytes are counted once', async () => {
    const ana = await world.user();
    const bytes = await picture({ bytes: 200_000 });
    const upload = await sendDirect(ana, bytes);
    expect(await usageOf(ana)).toMatchObject({ bytes: 0, reservedBytes: 200_000 });

    await finish(ana, upload).expect(200);

    expect(await usageOf(ana)).toMatchObject({ bytes: 200_000, reservedBytes: 0 });
    await ask(ana, 100_001).expect(507);
    await ask(ana, 100_000).expect(201);
  });

  test('until they are duplicates, damaged or cancelled', async () => {
    const ana = await world.user();
    const bytes = await picture({ bytes: 60_000 });
    await ana.upload(bytes).expect(201);
    const [duplicate, damaged] = [await sendDirect(ana, bytes), await sendDirect(ana, bytes.subarray(0, 90))];
    const cancelled = await open(ana, await picture({ bytes: 70_000 }));
    expect(await usageOf(ana)).toMatchObject({ bytes: 60_000, reservedBytes: 60_000 + 90 + 70_000 });

    await finish(ana, duplicate, damaged).expect(200);
    await ana.delete(`/v1/uploads/${cancelled.id}`).expect(204);
    await ana.delete(`/v1/uploads/${cancelled.id}`).expect(204);

    expect(await usageOf(ana)).toMatchObject({ bytes: 60_000, reservedBytes: 0 });
  });

  test('until they have expired: their room goes to what comes, and the sweep frees the rest', async () => {
    const name = 'patient';
    const ana = await world.user(name);
    for (let count = 0; count < 3; count += 1) await ask(ana, 100_000).expect(201);
    await ask(ana, 1).expect(507);
    await world.cloud.appIsGone();
    await world.advance(DAY);
    await world.cloud.appIsAt(world.url);
    const later = await world.user(name);

    const { body } = await ask(later, 250_000).expect(201);
    expect(await usageOf(later)).toMatchObject({ reservedBytes: 250_000 });

    await later.delete(`/v1/uploads/${(body as Opened).id}`).expect(204);
    await ask(later, 200_000).expect(201);
    await world.cloud.appIsGone();
    await world.advance(DAY);
    await world.cloud.appIsAt(world.url);
    expect(await world.cloud.runCron('/cron/sweep-uploads')).toBe(200);
    expect(await usageOf(await world.user(name))).toMatchObject({ bytes: 0, reservedBytes: 0 });
  });

  test('once for a request that is sent again with its key, also when nothing is left', async () => {
    const ana = await world.user();
    const first = await ask(ana, QUOTA, 'once').expect(201);

    const again = await ask(ana, QUOTA, 'once').expect(201);

    expect(again.body).toEqual(first.body);
    expect(await usageOf(ana)).toMatchObject({ reservedBytes: QUOTA });
    await ask(ana, 1, 'other').expect(507);
  });

  test('exactly, whatever happens at the same time', async () => {
    const ana = await world.user();
    const photos = await Promise.all(
      Array.from({ length: 6 }, () => picture({ width: 64, height: 48, bytes: 20_000 })),
    );
    const sent = await Promise.all(photos.map((bytes) => sendDirect(ana, bytes)));
    const idle = await Promise.all([1, 2, 3].map((n) => ask(ana, 10_000 + n)));
    const ids = idle.map(({ body }) => (body as Opened).id);

    await Promise.all([
      finish(ana, sent[0] ?? '', sent[1] ?? ''),
      finish(ana, sent[1] ?? '', sent[2] ?? ''),
      finish(ana, sent[2] ?? '', sent[3] ?? ''),
      ...ids.slice(1).map((id) => ana.delete(`/v1/uploads/${id}`)),
      ana.delete(`/v1/uploads/${sent[3]}`),
      ana.delete(`/v1/uploads/${sent[4]}`),
      ana.delete(`/v1/uploads/${sent[4]}`),
      ask(ana, 5000),
      ask(ana, 5001),
    ]);

    const { bytes, reservedBytes } = await usageOf(ana);
    const openBytes = (await listed(ana)).map((upload) => upload.bytes);
    expect(reservedBytes).toBe(openBytes.reduce((sum, one) => sum + one, 0));
    expect(openBytes.toSorted((a, b) => a - b)).toEqual([5000, 5001, 10_001, 20_000]);
    expect(bytes % 20_000).toBe(0);
  });
});

test('a finished upload for which there is no room leaves nothing, and is over', async () => {
  const smaller = await secondInstance(world, {}, { QUOTA_BYTES: '100000' });
  const ana = await world.user('tight');
  await world.drain();
  const before = await originals();
  const bytes = await picture({ bytes: 150_000 });
  const upload = await sendDirect(ana, bytes);
  expect(await originals()).toHaveLength(before.length + 1);

  const { body } = await finish(await signUp(smaller, 'tight'), upload).expect(200);

  expect(body.results).toMatchObject([{ status: 'failed', problem: { code: 'quota-exceeded' } }]);
  await world.drain();
  expect(await originals()).toEqual(before);
  expect(await usageOf(ana)).toMatchObject({ bytes: 0, reservedBytes: 0 });
  expect(await listed(ana)).toEqual([]);
  expect((await finish(ana, upload).expect(200)).body.results).toMatchObject([{ problem: { code: 'gone' } }]);
  // The same photo is welcome where there is room.
  await finish(ana, await sendDirect(ana, bytes)).expect(200);
  expect((await ana.get('/v1/timeline')).body.items).toMatchObject([{ sha256: sha256(bytes) }]);
});
