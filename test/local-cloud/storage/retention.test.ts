import type { Bucket, File } from '@google-cloud/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { client, startLocal, type LocalStorage } from './endpoint.ts';
import { openSession, put } from './sessions.ts';

const MINUTE = 60_000;
let local: LocalStorage;
let buckets = 0;

beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.stop());

async function fresh(fields: object = { retentionPolicy: { retentionPeriod: 600 } }): Promise<Bucket> {
  const [bucket] = await local.storage.createBucket(`retained-${++buckets}`);
  if (Object.keys(fields).length > 0) await bucket.setMetadata(fields as never);
  return bucket;
}

async function saved(bucket: Bucket, name = 'kept'): Promise<File> {
  await bucket.file(name).save('x', { resumable: false });
  return bucket.file(name);
}

const expiration = async (file: File) => (await file.getMetadata())[0].retentionExpirationTime;
const inMinutes = (minutes: number) => new Date(local.clock.now() + minutes * MINUTE).toISOString();

/** What is asked of an object that is kept, each in a way of its own; all end in its removal. */
const REMOVALS: [string, (bucket: Bucket, file: File) => Promise<unknown>][] = [
  ['a delete', (_, file) => file.delete()],
  [
    'the delete of its generation',
    async (bucket, file) => {
      const [{ generation }] = await file.getMetadata();
      await bucket.file(file.name, { generation: Number(generation) }).delete();
    },
  ],
  ['an upload', (_, file) => file.save('y', { resumable: false })],
  ['a resumable upload', (_, file) => file.save('y', { resumable: true })],
  ['a copy onto it', async (bucket, file) => (await saved(bucket, 'source')).copy(file)],
  ['a composition onto it', async (bucket, file) => bucket.combine([await saved(bucket, 'part'), file], file)],
  ['a move of it', (_, file) => file.moveFileAtomic('elsewhere')],
];

test.each(REMOVALS)('%s is 403 until the object is as old as the period', async (_title, remove) => {
  const bucket = await fresh();
  const file = await saved(bucket);
  const until = inMinutes(10);
  const message = `Object '${bucket.name}/kept' is subject to bucket's retention policy or object retention and cannot be deleted or overwritten until ${until}`;
  await expect(remove(bucket, file)).rejects.toThrow(message);
  await expect(remove(bucket, file)).rejects.toMatchObject({ code: 403 });
  expect((await file.download())[0].toString()).toBe('x');
  local.clock.advance(10 * MINUTE);
  await remove(bucket, file);
});

test('the refusal has the reason of Cloud Storage, in both APIs', async () => {
  const bucket = await fresh();
  const file = await saved(bucket);
  await expect(file.delete()).rejects.toMatchObject({ errors: [{ reason: 'retentionPolicyNotMet' }] });
  const reply = await fetch(`${local.base}/${bucket.name}/kept`, { method: 'DELETE' });
  expect([reply.status, await reply.text()]).toEqual([
    403,
    expect.stringContaining('<Code>RetentionPolicyNotMet</Code>'),
  ]);
});

test('an upload that starts in time and ends in time goes through, one that ends too early fails at its end', async () => {
  const bucket = await fresh();
  await saved(bucket);
  const uri = await openSession({ ...local, bucket }, 'kept');
  local.clock.advance(9 * MINUTE);
  expect((await put(uri, '0-*/*', Buffer.from('y'))).status).toBe(403);
  const later = await openSession({ ...local, bucket }, 'kept');
  local.clock.advance(MINUTE);
  expect((await put(later, '0-*/*', Buffer.from('y'))).status).toBe(200);
});

test('objects tell until when they are kept, also those that are older than the policy; metadata may change', async () => {
  const bucket = await fresh({});
  const file = await saved(bucket);
  expect(await expiration(file)).toBe(undefined);
  await bucket.setRetentionPeriod(600);
  const until = inMinutes(10);
  expect(await expiration(file)).toBe(until);
  expect((await bucket.getFiles())[0][0]!.metadata.retentionExpirationTime).toBe(until);
  expect((await file.getExpirationDate())[0].toISOString()).toBe(until);
  await file.setMetadata({ cacheControl: 'no-store' });
  await bucket.removeRetentionPeriod();
  expect(await expiration(file)).toBe(undefined);
  await file.delete();
});

test('lifecycle rules pass over what is kept', async () => {
  const bucket = await fresh({ retentionPolicy: { retentionPeriod: 3 * 86_400 } });
  await bucket.addLifecycleRule({ action: { type: 'Delete' }, condition: { age: 1 } });
  const file = await saved(bucket);
  local.clock.advance(2 * 24 * 60 * MINUTE);
  expect(await file.exists()).toEqual([true]);
  local.clock.advance(25 * 60 * MINUTE);
  expect(await file.exists()).toEqual([false]);
});

test('the time of a policy is that of its last change, and a patch of something else leaves it', async () => {
  const bucket = await fresh();
  const effective = async () => (await bucket.getMetadata())[0].retentionPolicy!.effectiveTime;
  const first = await effective();
  local.clock.advance(MINUTE);
  await bucket.setLabels({ a: 'b' });
  expect(await effective()).toBe(first);
  await bucket.setRetentionPeriod(700);
  expect(await effective()).toBe(inMinutes(0));
});

test('a locked policy is neither removed nor shortened, but may grow', async () => {
  const bucket = await fresh();
  const [{ metageneration }] = await bucket.getMetadata();
  await expect(bucket.lock(Number(metageneration) + 1)).rejects.toMatchObject({ code: 412 });
  await bucket.lock(metageneration!);
  const [locked] = await bucket.getMetadata();
  expect(locked).toMatchObject({ retentionPolicy: { retentionPeriod: '600', isLocked: true }, metageneration: '3' });
  const words = `Bucket '${bucket.name}' has a locked Retention Policy which cannot be removed.`;
  await expect(bucket.removeRetentionPeriod()).rejects.toMatchObject({ code: 403, message: words });
  const shortened = bucket.setRetentionPeriod(599);
  await expect(shortened).rejects.toThrow('Cannot reduce retention duration of a locked Retention Policy');
  const replaced = await fetch(`${local.base}/storage/v1/b/${bucket.name}`, { method: 'PUT', body: '{}' });
  expect(replaced.status).toBe(403);
  await bucket.setRetentionPeriod(601);
  const [grown] = await bucket.getMetadata();
  expect(grown.retentionPolicy).toMatchObject({ retentionPeriod: '601', isLocked: true });
});

test('a lock needs a policy, and the metageneration that it was decided on', async () => {
  const bucket = await fresh({});
  await expect(bucket.lock(1)).rejects.toMatchObject({ code: 400 });
  const blind = await fetch(`${local.base}/storage/v1/b/${bucket.name}/lockRetentionPolicy`, { method: 'POST' });
  expect([blind.status, await blind.text()]).toEqual([400, expect.stringContaining('ifMetagenerationMatch')]);
});

test('new objects of a bucket with a default hold are held, unless they say otherwise', async () => {
  const bucket = await fresh({ defaultEventBasedHold: true });
  const held = await saved(bucket, 'held');
  expect((await held.getMetadata())[0].eventBasedHold).toBe(true);
  await expect(held.delete()).rejects.toThrow(
    `Object '${bucket.name}/held' is under active Event-Based hold and cannot be deleted, overwritten or archived until hold is removed.`,
  );
  await bucket.file('free').save('x', { resumable: false, metadata: { eventBasedHold: false } });
  await bucket.file('free').delete();
  await bucket.file('session').save('x', { resumable: true });
  await expect(bucket.file('session').delete()).rejects.toMatchObject({ code: 403 });
});

test('the release of an event-based hold starts the period', async () => {
  const bucket = await fresh({ defaultEventBasedHold: true, retentionPolicy: { retentionPeriod: 600 } });
  const file = await saved(bucket);
  expect(await expiration(file)).toBe(undefined);
  local.clock.advance(30 * MINUTE);
  await file.setMetadata({ eventBasedHold: false });
  expect(await expiration(file)).toBe(inMinutes(10));
  await expect(file.delete()).rejects.toMatchObject({ code: 403 });
  local.clock.advance(10 * MINUTE);
  await file.delete();
});

test('a temporary hold keeps an object past its period, and its release starts nothing', async () => {
  const bucket = await fresh();
  const file = await saved(bucket);
  await file.setMetadata({ temporaryHold: true });
  local.clock.advance(11 * MINUTE);
  await expect(file.delete()).rejects.toThrow('is under active Temporary hold');
  await file.setMetadata({ temporaryHold: false });
  await file.delete();
});

test('a copy is not held because its source is', async () => {
  const bucket = await fresh({});
  const file = await saved(bucket);
  await file.setMetadata({ temporaryHold: true, eventBasedHold: true });
  await file.copy('copy');
  await bucket.file('copy').delete();
});

test('holds and periods are there again after a restart', async () => {
  const dataDir = local.dataDir;
  const bucket = await fresh({ defaultEventBasedHold: true, retentionPolicy: { retentionPeriod: 600 } });
  const file = await saved(bucket);
  local.clock.advance(5 * MINUTE);
  await file.setMetadata({ eventBasedHold: false });
  const until = inMinutes(10);
  await local.service.stop();
  const again = await startLocal({ dataDir, clock: local.clock });
  try {
    expect(await expiration(client(again.base).bucket(bucket.name).file('kept'))).toBe(until);
  } finally {
    await again.stop();
    local = await startLocal({ dataDir, clock: local.clock }).then((next) => ({ ...next, clock: local.clock }));
  }
});
