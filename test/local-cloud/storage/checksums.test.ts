import { createHash } from 'node:crypto';
import { crc32c } from '@node-rs/crc32';
import { expect, test } from 'vitest';
import { contract, someBytes } from './endpoint.ts';
import { openSession, put } from './sessions.ts';

const cloud = contract();
const md5Of = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('base64');
const other = md5Of(someBytes(1));

function crcOf(bytes: Uint8Array): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32c(bytes));
  return sum.toString('base64');
}

test('the resource carries md5Hash and crc32c of the bytes', async () => {
  const bytes = someBytes(500_000);
  const file = cloud.bucket.file('sums');
  await file.save(bytes, { resumable: false });
  expect((await file.getMetadata())[0]).toMatchObject({ md5Hash: md5Of(bytes), crc32c: crcOf(bytes) });
});

test.each(['md5', 'crc32c'] as const)('the client finds its own %s confirmed, up and down', async (validation) => {
  const file = cloud.bucket.file(`validated ${validation}`);
  const bytes = someBytes(1_000_000);
  await file.save(bytes, { resumable: true, validation });
  expect((await file.download({ validation }))[0].equals(bytes)).toBe(true);
});

test('a declared md5Hash that does not fit makes 400 and no object', async () => {
  const uri = await openSession(cloud, 'wrong md5', { metadata: { md5Hash: other } });
  expect((await put(uri, '0-*/*', someBytes(10))).status).toBe(400);
  expect(await cloud.bucket.file('wrong md5').exists()).toEqual([false]);
});

test('a multipart upload with a declared crc32c that does not fit makes 400 and no object', async () => {
  const file = cloud.bucket.file('wrong crc32c');
  const upload = file.save('hello', { resumable: false, validation: false, metadata: { crc32c: 'AAAAAA==' } });
  await expect(upload).rejects.toMatchObject({ code: 400 });
  expect(await file.exists()).toEqual([false]);
});

test('X-Goog-Hash on the last chunk must fit', async () => {
  const bytes = someBytes(10);
  const wrong = await openSession(cloud, 'wrong header');
  expect((await put(wrong, '0-*/*', bytes, { 'x-goog-hash': `md5=${other}` })).status).toBe(400);
  expect(await cloud.bucket.file('wrong header').exists()).toEqual([false]);
  const right = await openSession(cloud, 'right header');
  const hash = `crc32c=${crcOf(bytes)},md5=${md5Of(bytes)}`;
  expect((await put(right, '0-*/*', bytes, { 'x-goog-hash': hash })).status).toBe(200);
});

test('chunks that arrive one by one are summed as one', async () => {
  const bytes = someBytes(900_000);
  const file = cloud.bucket.file('summed');
  await file.save(bytes, { resumable: true, chunkSize: 256 << 10, validation: false });
  expect((await file.getMetadata())[0]).toMatchObject({ md5Hash: md5Of(bytes), crc32c: crcOf(bytes) });
});
