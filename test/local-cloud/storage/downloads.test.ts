import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { contract, someBytes } from './endpoint.ts';

const cloud = contract();
const bytes = someBytes(100_000);
const media = (name: string) =>
  `${cloud.base}/storage/v1/b/${cloud.bucket.name}/o/${encodeURIComponent(name)}?alt=media`;
const ranged = (range: string) => fetch(media('bytes'), { headers: { range } });

beforeAll(async () => {
  await cloud.bucket.file('bytes').save(bytes, { resumable: false, contentType: 'image/jpeg' });
});

test.each([
  ['bytes=0-9', 0, 10],
  ['bytes=99990-', 99_990, 100_000],
  ['bytes=-10', 99_990, 100_000],
  ['bytes=99990-200000', 99_990, 100_000],
  ['bytes=-200000', 0, 100_000],
])('Range %s gives 206 with just these bytes', async (range, start, end) => {
  const response = await ranged(range);
  expect(response.status).toBe(206);
  expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/100000`);
  expect(response.headers.get('content-length')).toBe(String(end - start));
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes.subarray(start, end))).toBe(true);
});

test('a range that begins behind the end gives 416', async () => {
  expect((await ranged('bytes=100000-')).status).toBe(416);
});

test('without Range all bytes come with the headers that clients check them by', async () => {
  const response = await fetch(media('bytes'));
  const [metadata] = await cloud.bucket.file('bytes').getMetadata();
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/jpeg',
    'content-length': '100000',
    'x-goog-generation': metadata.generation,
    'x-goog-metageneration': '1',
    'x-goog-hash': `crc32c=${metadata.crc32c},md5=${metadata.md5Hash}`,
    'x-goog-stored-content-length': '100000',
    'x-goog-stored-content-encoding': 'identity',
  });
});

test("the client's ranges are inclusive at both ends, and a negative end counts from behind", async () => {
  const file = cloud.bucket.file('bytes');
  const [slice] = await file.download({ start: 100, end: 199 });
  expect(slice.equals(bytes.subarray(100, 200))).toBe(true);
  const [tail] = await file.download({ end: -100 });
  expect(tail.equals(bytes.subarray(-100))).toBe(true);
});

test('a large object comes whole', async () => {
  const large = someBytes(5_000_000);
  await cloud.bucket.file('large').save(large, { resumable: false });
  expect((await cloud.bucket.file('large').download())[0].equals(large)).toBe(true);
});

test('a missing object and a missing bucket are 404 with the reason notFound', async () => {
  const missing = { code: 404, errors: [{ reason: 'notFound' }] };
  await expect(cloud.bucket.file('missing').getMetadata()).rejects.toMatchObject(missing);
  await expect(cloud.storage.bucket('no-such-bucket-here').getMetadata()).rejects.toMatchObject(missing);
  await expect(cloud.bucket.file('missing').download()).rejects.toMatchObject({ code: 404 });
});

test('text that no header can carry does not keep the bytes from their reader', async () => {
  const file = cloud.bucket.file('odd headers');
  const metadata = { contentDisposition: 'inline; filename="ü\n.txt"', metadata: { näme: 'x', note: 'a\nb' } };
  await file.save('x', { resumable: false, metadata });
  const response = await fetch(media('odd headers'));
  expect(await response.text()).toBe('x');
  expect(response.headers.get('x-goog-meta-note')).toBe('a b');
});

test('an object stored as gzip is decompressed for a caller that does not accept gzip', async () => {
  const text = 'a line that repeats\n'.repeat(1000);
  const file = cloud.bucket.file('zipped');
  const metadata = { contentEncoding: 'gzip' };
  await file.save(gzipSync(text), { resumable: false, contentType: 'text/plain', metadata });
  const plain = await fetch(media('zipped'), { headers: { 'accept-encoding': 'identity' } });
  expect(plain.headers.get('content-encoding')).toBe(null);
  expect(await plain.text()).toBe(text);
  expect((await file.download())[0].toString()).toBe(text);
});

test("[unverified] If-None-Match with the object's tag gives 304", async () => {
  const etag = (await fetch(media('bytes'))).headers.get('etag')!;
  const response = await fetch(media('bytes'), { headers: { 'if-none-match': etag } });
  expect(response.status).toBe(304);
});
