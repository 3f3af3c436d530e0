import { beforeAll, expect, test } from 'vitest';
import { contract, someBytes } from './endpoint.ts';
import { openSession, put } from './sessions.ts';

const cloud = contract();
const APP = 'http://localhost:3000';
const OTHER = 'http://127.0.0.1:4000';

beforeAll(async () => {
  const rule = { origin: [APP], method: ['GET', 'PUT'], responseHeader: ['Content-Type'], maxAgeSeconds: 600 };
  await cloud.bucket.setCorsConfiguration([rule]);
  await cloud.bucket.file('open').save('x', { resumable: false });
});

const allowed = (response: Response) => response.headers.get('access-control-allow-origin');

function preflight(url: string, origin: string, method: string, headers = '') {
  const asked = { origin, 'access-control-request-method': method, 'access-control-request-headers': headers };
  return fetch(url, { method: 'OPTIONS', headers: asked });
}

test('an origin of the bucket may read what the XML address serves, another may not', async () => {
  const url = `${cloud.base}/${cloud.bucket.name}/open`;
  expect(allowed(await fetch(url, { headers: { origin: APP } }))).toBe(APP);
  expect(allowed(await fetch(url, { headers: { origin: OTHER } }))).toBe(null);
});

test('a preflight is granted for the origin, method and headers of the bucket alone', async () => {
  const url = `${cloud.base}/${cloud.bucket.name}/new`;
  const granted = await preflight(url, APP, 'PUT', 'content-type');
  expect(granted.status).toBe(200);
  expect(granted.headers.get('access-control-allow-methods')).toContain('PUT');
  expect(granted.headers.get('access-control-max-age')).toBe('600');
  expect(allowed(await preflight(url, OTHER, 'PUT', 'content-type'))).toBe(null);
  expect(allowed(await preflight(url, APP, 'DELETE'))).toBe(null);
  expect(allowed(await preflight(url, APP, 'PUT', 'x-secret'))).toBe(null);
});

test('[unverified] a session is open to the origin that its opener has named', async () => {
  const uri = await openSession(cloud, 'by browser', { headers: { origin: OTHER } });
  expect(allowed(await preflight(uri, OTHER, 'PUT', 'content-range, content-type'))).toBe(OTHER);
  expect(allowed(await preflight(uri, APP, 'PUT', 'content-range'))).toBe(null);
  const response = await put(uri, '0-*/*', someBytes(10), { origin: OTHER });
  expect(allowed(response)).toBe(OTHER);
  expect(response.headers.get('access-control-expose-headers')).toContain('Range');
});

test('[unverified] the JSON API is open to every origin that is answered at all', async () => {
  const url = `${cloud.base}/storage/v1/b/${cloud.bucket.name}/o/open`;
  expect(allowed(await fetch(url, { headers: { origin: OTHER } }))).toBe(OTHER);
});
