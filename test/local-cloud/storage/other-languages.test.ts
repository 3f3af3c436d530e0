import { expect, test } from 'vitest';
import { contract, someBytes } from './endpoint.ts';
import { openSession, progress, put, QUANTUM } from './sessions.ts';

const cloud = contract();
const NO_308 = { 'x-guploader-no-308': 'yes' };
const overridden = ({ headers }: Response) => headers.get('x-http-status-code-override');
const objectUrl = (name: string) => `${cloud.base}/storage/v1/b/${cloud.bucket.name}/o/${name}`;

function post(url: string, body: object, override?: string) {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (override !== undefined) headers['x-http-method-override'] = override;
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

test('a client that cannot take 308 gets 200 with the status in X-HTTP-Status-Code-Override', async () => {
  const bytes = someBytes(QUANTUM + 5);
  const uri = await openSession(cloud, 'go');
  const first = await put(uri, `0-${QUANTUM - 1}/*`, bytes.subarray(0, QUANTUM), NO_308);
  expect([...progress(first), overridden(first)]).toEqual([200, `bytes=0-${QUANTUM - 1}`, '308']);
  const status = await put(uri, '*/*', undefined, NO_308);
  expect([...progress(status), overridden(status)]).toEqual([200, `bytes=0-${QUANTUM - 1}`, '308']);
  const last = await put(uri, `${QUANTUM}-${QUANTUM + 4}/${QUANTUM + 5}`, bytes.subarray(QUANTUM), NO_308);
  expect([last.status, overridden(last)]).toEqual([200, null]);
  expect(await last.json()).toMatchObject({ name: 'go', size: String(QUANTUM + 5) });
});

test('chunks that are sent by POST go on with a session', async () => {
  const uri = await openSession(cloud, 'by post');
  const headers = { 'content-range': 'bytes 0-9/10', ...NO_308 };
  const reply = await fetch(uri, { method: 'POST', headers, body: someBytes(10) });
  expect([reply.status, overridden(reply)]).toEqual([200, null]);
});

test('a POST that overrides its method with PATCH, PUT or DELETE is such a call', async () => {
  await cloud.bucket.file('java').save('x', { resumable: false, metadata: { cacheControl: 'private' } });
  const patched = await post(objectUrl('java'), { contentType: 'image/png' }, 'PATCH');
  expect(await patched.json()).toMatchObject({ contentType: 'image/png', cacheControl: 'private' });
  const replaced = await post(objectUrl('java'), { contentType: 'image/gif' }, 'PUT');
  expect(await replaced.json()).not.toHaveProperty('cacheControl');
  expect((await post(objectUrl('java'), {}, 'DELETE')).status).toBe(204);
  expect((await fetch(objectUrl('java'))).status).toBe(404);
});

test('a method is overridden by POST alone', async () => {
  await cloud.bucket.file('read').save('x', { resumable: false });
  expect((await fetch(objectUrl('read'), { headers: { 'x-http-method-override': 'DELETE' } })).status).toBe(200);
  expect((await fetch(objectUrl('read'))).status).toBe(200);
});

test.each(['object', 'bucket'])(
  'the metadata of a stored %s has an ETag that conditions of HTTP refer to',
  async (kind) => {
    await cloud.bucket.file('tagged').save('x', { resumable: false });
    const url = kind === 'object' ? objectUrl('tagged') : `${cloud.base}/storage/v1/b/${cloud.bucket.name}`;
    const first = await fetch(url);
    const etag = first.headers.get('etag')!;
    const { etag: inResource } = (await first.json()) as { etag: string };
    expect(etag.replaceAll('"', '')).toBe(inResource);
    for (const known of [etag, inResource, `"other", ${etag}`, '*']) {
      const unchanged = await fetch(url, { headers: { 'if-none-match': known } });
      expect([known, unchanged.status]).toEqual([known, 304]);
      expect(unchanged.headers.get('etag')).toBe(etag);
      expect((await fetch(url, { headers: { 'if-match': known } })).status).toBe(200);
    }
    expect((await fetch(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    expect((await fetch(url, { headers: { 'if-match': '"other"' } })).status).toBe(412);
  },
);
