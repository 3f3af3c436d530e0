import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bucket, File } from '@google-cloud/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLocal, type LocalStorage } from './endpoint.ts';

const DAY = 86_400_000;
const WEEK = { softDeletePolicy: { retentionDurationSeconds: 7 * 86_400 } };
let local: LocalStorage;
let buckets = 0;

beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.stop());

async function fresh(fields: object = WEEK): Promise<Bucket> {
  const [bucket] = await local.storage.createBucket(`soft-${++buckets}`);
  await bucket.setMetadata(fields as never);
  return bucket;
}

async function saved(bucket: Bucket, name: string, content = name): Promise<{ file: File; generation: string }> {
  await bucket.file(name).save(content, { resumable: false, metadata: { metadata: { from: 'test' } } });
  const [{ generation }] = await bucket.file(name).getMetadata();
  return { file: bucket.file(name), generation: String(generation) };
}

const softDeleted = async (bucket: Bucket) => (await bucket.getFiles({ softDeleted: true }))[0];
const names = (files: File[]) => files.map(({ name }) => name);
const stored = () => readdirSync(join(local.dataDir, 'objects')).length;
const at = (time: number) => new Date(time).toISOString();

test('a deleted object is listed with softDeleted alone, with the times of its end', async () => {
  const bucket = await fresh();
  const { file, generation } = await saved(bucket, 'gone');
  await saved(bucket, 'live');
  await file.delete();
  expect(names((await bucket.getFiles())[0])).toEqual(['live']);
  const [found] = await softDeleted(bucket);
  expect(found!.metadata).toMatchObject({
    name: 'gone',
    generation,
    softDeleteTime: at(local.clock.now()),
    hardDeleteTime: at(local.clock.now() + 7 * DAY),
    metadata: { from: 'test' },
  });
});

test('an overwritten object is kept, and so is one that a lifecycle rule deletes', async () => {
  const bucket = await fresh();
  await saved(bucket, 'twice', 'first');
  await saved(bucket, 'twice', 'second');
  expect((await softDeleted(bucket)).map(({ metadata }) => metadata.size)).toEqual(['5']);
  await bucket.addLifecycleRule({ action: { type: 'Delete' }, condition: { age: 1 } });
  local.clock.advance(2 * DAY);
  expect(await softDeleted(bucket)).toHaveLength(2);
});

test('a bucket with versions keeps a deleted object as a version, and that one softly when it is deleted', async () => {
  const bucket = await fresh({ ...WEEK, versioning: { enabled: true } });
  const { file, generation } = await saved(bucket, 'versioned');
  await file.delete();
  expect(await softDeleted(bucket)).toHaveLength(0);
  await bucket.file('versioned', { generation: Number(generation) }).delete();
  expect((await softDeleted(bucket)).map(({ metadata }) => metadata.generation)).toEqual([generation]);
});

test('the metadata of a soft-deleted generation can be read, its bytes cannot', async () => {
  const bucket = await fresh();
  const { file, generation } = await saved(bucket, 'read');
  await file.delete();
  const old = bucket.file('read', { generation: Number(generation) });
  await expect(old.getMetadata()).rejects.toMatchObject({ code: 404 });
  const [metadata] = await old.get({ softDeleted: true, generation: Number(generation) });
  expect(metadata.metadata).toMatchObject({ generation, hardDeleteTime: at(local.clock.now() + 7 * DAY) });
  const url = `${local.base}/storage/v1/b/${bucket.name}/o/read?softDeleted=true`;
  expect((await fetch(url)).status).toBe(400);
  expect((await fetch(`${url}&generation=${generation}&alt=media`)).status).toBe(400);
  expect((await fetch(`${url}&generation=1`)).status).toBe(404);
});

test('a restored object is a new generation with the bytes and metadata of the old one', async () => {
  const bucket = await fresh();
  const { file, generation } = await saved(bucket, 'back');
  await file.delete();
  local.clock.advance(DAY);
  await file.restore({ generation: Number(generation) });
  const [metadata] = await file.getMetadata();
  expect(metadata).toMatchObject({
    metageneration: '1',
    timeCreated: at(local.clock.now()),
    metadata: { from: 'test' },
  });
  expect(Number(metadata.generation)).toBeGreaterThan(Number(generation));
  expect(metadata).not.toHaveProperty('softDeleteTime');
  expect((await file.download())[0].toString()).toBe('back');
  expect(await softDeleted(bucket)).toHaveLength(0);
});

test('a restore replaces a live object, which is then kept softly, unless a precondition forbids it', async () => {
  const bucket = await fresh();
  const { file, generation } = await saved(bucket, 'swap', 'old');
  await saved(bucket, 'swap', 'new');
  const url = `${local.base}/storage/v1/b/${bucket.name}/o/swap/restore?generation=${generation}`;
  expect((await fetch(`${url}&ifGenerationMatch=0`, { method: 'POST' })).status).toBe(412);
  expect((await fetch(url, { method: 'POST' })).status).toBe(200);
  expect((await file.download())[0].toString()).toBe('old');
  expect((await softDeleted(bucket)).map(({ metadata }) => metadata.size)).toEqual(['3']);
  expect((await fetch(`${url}&generation=1`, { method: 'POST' })).status).toBe(404);
  expect((await fetch(url.replace(/\?.*/, ''), { method: 'POST' })).status).toBe(400);
});

test('after its period a soft-deleted object and its bytes are removed for good, whatever the policy is then', async () => {
  const bucket = await fresh();
  const { file, generation } = await saved(bucket, 'last');
  const before = stored();
  await file.delete();
  expect(stored()).toBe(before);
  await bucket.setMetadata({ softDeletePolicy: { retentionDurationSeconds: 0 } });
  local.clock.advance(6 * DAY);
  expect(names(await softDeleted(bucket))).toEqual(['last']);
  local.clock.advance(DAY + 3_600_000);
  expect(await softDeleted(bucket)).toEqual([]);
  await expect(file.restore({ generation: Number(generation) })).rejects.toMatchObject({ code: 404 });
  // The bytes are removed with the first change after it, like those of any deleted object.
  expect(stored()).toBeLessThan(before);
});

test('without a policy, and with one of 0 seconds, a deleted object is gone at once', async () => {
  for (const fields of [{}, { softDeletePolicy: { retentionDurationSeconds: 0 } }]) {
    const bucket = await fresh(fields);
    const { file } = await saved(bucket, 'now');
    const before = stored();
    await file.delete();
    expect(stored()).toBe(before - 1);
    expect(await softDeleted(bucket)).toEqual([]);
  }
});

test('pages, prefixes and delimiters hold for soft-deleted objects; versions cannot be asked for with them', async () => {
  const bucket = await fresh();
  for (const name of ['a/1', 'a/2', 'b']) await (await saved(bucket, name)).file.delete();
  const [first, next] = await bucket.getFiles({ softDeleted: true, maxResults: 2, autoPaginate: false });
  const [second] = await bucket.getFiles({ ...next, autoPaginate: false });
  expect([names(first), names(second)]).toEqual([['a/1', 'a/2'], ['b']]);
  expect(names((await bucket.getFiles({ softDeleted: true, prefix: 'a/' }))[0])).toEqual(['a/1', 'a/2']);
  const both = bucket.getFiles({ softDeleted: true, versions: true });
  await expect(both).rejects.toMatchObject({ code: 400 });
});

test('a bucket whose objects are all soft-deleted can be deleted, and they go with it', async () => {
  const bucket = await fresh();
  const { file } = await saved(bucket, 'with it');
  const before = stored();
  await file.delete();
  await bucket.delete();
  expect(stored()).toBe(before - 1);
  await bucket.create();
  expect(await softDeleted(bucket)).toEqual([]);
});
