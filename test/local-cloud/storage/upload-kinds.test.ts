import { expect, test } from 'vitest';
import { contract, someBytes } from './endpoint.ts';

const cloud = contract();

test('a multipart upload is read back byte for byte, with its type and its own metadata', async () => {
  const bytes = someBytes(100_000);
  const file = cloud.bucket.file('multipart');
  await file.save(bytes, { resumable: false, contentType: 'image/jpeg', metadata: { metadata: { origin: 'test' } } });
  expect((await file.download())[0].equals(bytes)).toBe(true);
  const [metadata] = await file.getMetadata();
  expect(metadata).toMatchObject({ contentType: 'image/jpeg', size: '100000', metadata: { origin: 'test' } });
});

test('a resumable upload of the client is read back byte for byte', async () => {
  const bytes = someBytes(3_000_000);
  const file = cloud.bucket.file('resumable');
  await file.save(bytes, { resumable: true, contentType: 'image/png' });
  expect((await file.download())[0].equals(bytes)).toBe(true);
  expect((await file.getMetadata())[0]).toMatchObject({ contentType: 'image/png', metageneration: '1' });
});

test('a resumable upload in chunks is read back byte for byte', async () => {
  const bytes = someBytes(1_000_000);
  const file = cloud.bucket.file('chunked');
  await file.save(bytes, { resumable: true, chunkSize: 256 << 10 });
  expect((await file.download())[0].equals(bytes)).toBe(true);
});

test('a media upload takes the name from the query and the type from the header', async () => {
  const url = `${cloud.base}/upload/storage/v1/b/${cloud.bucket.name}/o?uploadType=media&name=${encodeURIComponent('a/b')}`;
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'hello' });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ name: 'a/b', contentType: 'text/plain', size: '5' });
  expect((await cloud.bucket.file('a/b').download())[0].toString()).toBe('hello');
});

test('an empty object is an object', async () => {
  const file = cloud.bucket.file('empty');
  await file.save('', { resumable: false });
  expect((await file.download())[0]).toHaveLength(0);
  expect((await file.getMetadata())[0]).toMatchObject({ size: '0', crc32c: 'AAAAAA==' });
});
