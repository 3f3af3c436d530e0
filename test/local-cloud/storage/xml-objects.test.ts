import { expect, test } from 'vitest';
import { contract, someBytes } from './endpoint.ts';
import { progress, put, QUANTUM } from './sessions.ts';

const cloud = contract();
const address = (name: string) => `${cloud.base}/${cloud.bucket.name}/${name}`;

test('an object is read at /bucket/object, by ranges too', async () => {
  await cloud.bucket.file('dir/read').save('0123456789', { resumable: false, contentType: 'text/plain' });
  const response = await fetch(address('dir/read'));
  expect(response.headers.get('content-type')).toBe('text/plain');
  expect(await response.text()).toBe('0123456789');
  expect(await (await fetch(address('dir%2Fread'), { headers: { range: 'bytes=2-4' } })).text()).toBe('234');
  expect((await fetch(address('dir/read'), { headers: { range: 'bytes=10-' } })).status).toBe(416);
});

test('HEAD tells size, type and checksums without the bytes', async () => {
  await cloud.bucket.file('head').save('0123456789', { resumable: false });
  const response = await fetch(address('head'), { method: 'HEAD' });
  expect(response.headers.get('content-length')).toBe('10');
  expect(response.headers.get('x-goog-hash')).toContain('md5=');
  expect(await response.text()).toBe('');
});

test('PUT makes an object with the type and the metadata of its headers', async () => {
  const headers = { 'content-type': 'image/png', 'cache-control': 'no-store', 'x-goog-meta-from': 'phone' };
  const response = await fetch(address('put'), { method: 'PUT', body: someBytes(10), headers });
  expect(response.status).toBe(200);
  const [metadata] = await cloud.bucket.file('put').getMetadata();
  expect(metadata).toMatchObject({ contentType: 'image/png', cacheControl: 'no-store', metadata: { from: 'phone' } });
  expect(response.headers.get('x-goog-generation')).toBe(metadata.generation);
});

test('[unverified] x-goog-if-generation-match: 0 makes a PUT create-only', async () => {
  const headers = { 'x-goog-if-generation-match': '0' };
  expect((await fetch(address('once'), { method: 'PUT', body: 'a', headers })).status).toBe(200);
  expect((await fetch(address('once'), { method: 'PUT', body: 'b', headers })).status).toBe(412);
});

test('[unverified] x-goog-content-length-range bounds what a PUT may bring', async () => {
  const headers = { 'x-goog-content-length-range': '2,4' };
  for (const [body, status] of [
    ['a', 400],
    ['abc', 200],
    ['abcde', 400],
  ] as const) {
    expect((await fetch(address(`bounded ${body}`), { method: 'PUT', body, headers })).status).toBe(status);
  }
});

test('Content-MD5 that does not fit makes 400 and no object', async () => {
  const headers = { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' };
  const response = await fetch(address('digest'), { method: 'PUT', body: 'a', headers });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('<Code>BadDigest</Code>');
  expect(await cloud.bucket.file('digest').exists()).toEqual([false]);
});

test('POST with x-goog-resumable: start opens a session at the same address', async () => {
  const headers = { 'x-goog-resumable': 'start', 'content-type': 'image/heic' };
  const opened = await fetch(address('resumed'), { method: 'POST', headers });
  expect(opened.status).toBe(201);
  const uri = opened.headers.get('location')!;
  const bytes = someBytes(QUANTUM + 5);
  const first = await put(uri, `0-${QUANTUM - 1}/*`, bytes.subarray(0, QUANTUM));
  expect(progress(first)).toEqual([308, `bytes=0-${QUANTUM - 1}`]);
  expect((await put(uri, `${QUANTUM}-*/*`, bytes.subarray(QUANTUM))).status).toBe(200);
  expect((await cloud.bucket.file('resumed').download())[0].equals(bytes)).toBe(true);
  expect((await cloud.bucket.file('resumed').getMetadata())[0].contentType).toBe('image/heic');
});

test('DELETE removes the object, and what is missing is 404 as XML', async () => {
  await cloud.bucket.file('removed').save('x', { resumable: false });
  expect((await fetch(address('removed'), { method: 'DELETE' })).status).toBe(204);
  const response = await fetch(address('removed'));
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('<Code>NoSuchKey</Code>');
});
