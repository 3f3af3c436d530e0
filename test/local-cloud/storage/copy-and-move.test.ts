import { expect, test } from 'vitest';
import { contract } from './endpoint.ts';

const cloud = contract();

async function saved(name: string) {
  const file = cloud.bucket.file(name);
  const metadata = { cacheControl: 'private', metadata: { a: '1' } };
  await file.save(name, { resumable: false, contentType: 'text/plain', metadata });
  return file;
}

test('a copy has the bytes, the checksums and the metadata of its source, and a generation of its own', async () => {
  const source = await saved('source');
  await source.copy('copy');
  const [from] = await source.getMetadata();
  const [to] = await cloud.bucket.file('copy').getMetadata();
  expect((await cloud.bucket.file('copy').download())[0].toString()).toBe('source');
  const { contentType, cacheControl, md5Hash, crc32c, metadata } = from;
  expect(to).toMatchObject({ contentType, cacheControl, md5Hash, crc32c, metadata, metageneration: '1' });
  expect(to.generation).not.toBe(from.generation);
});

test('a copy outlives its source', async () => {
  const source = await saved('mortal');
  await source.copy('survivor');
  await source.delete();
  expect((await cloud.bucket.file('survivor').download())[0].toString()).toBe('mortal');
});

test('a copy with metadata of its own has none of the source', async () => {
  await (await saved('plain')).copy('dressed', { contentType: 'text/html' });
  const [metadata] = await cloud.bucket.file('dressed').getMetadata();
  expect(metadata.contentType).toBe('text/html');
  expect(metadata).not.toHaveProperty('metadata');
  expect(metadata).not.toHaveProperty('cacheControl');
});

test('a copy heeds the precondition of its destination and that of its source', async () => {
  const source = await saved('from');
  await saved('to');
  const onto = source.copy('to', { preconditionOpts: { ifGenerationMatch: 0 } });
  await expect(onto).rejects.toMatchObject({ code: 412 });
  const path = `/storage/v1/b/${cloud.bucket.name}/o/from/rewriteTo/b/${cloud.bucket.name}/o/new`;
  const stale = await fetch(`${cloud.base}${path}?ifSourceGenerationMatch=1`, { method: 'POST' });
  expect(stale.status).toBe(412);
});

test('copyTo answers with the new object itself', async () => {
  await saved('old style');
  const path = `/storage/v1/b/${cloud.bucket.name}/o/old%20style/copyTo/b/${cloud.bucket.name}/o/new%20style`;
  const response = await fetch(`${cloud.base}${path}`, { method: 'POST' });
  expect(await response.json()).toMatchObject({ kind: 'storage#object', name: 'new style' });
});

test('a move leaves nothing under the old name', async () => {
  const source = await saved('moved from');
  await source.moveFileAtomic('moved to');
  expect(await source.exists()).toEqual([false]);
  expect((await cloud.bucket.file('moved to').download())[0].toString()).toBe('moved from');
  expect((await cloud.bucket.file('moved to').getMetadata())[0]).toMatchObject({ metadata: { a: '1' } });
});

test('a move onto a name that must be free leaves both as they are', async () => {
  const source = await saved('stays');
  await saved('occupied');
  const move = source.moveFileAtomic('occupied', { preconditionOpts: { ifGenerationMatch: 0 } });
  await expect(move).rejects.toMatchObject({ code: 412 });
  expect((await source.download())[0].toString()).toBe('stays');
  expect((await cloud.bucket.file('occupied').download())[0].toString()).toBe('occupied');
});
