import { createHash, generateKeyPairSync } from 'node:crypto';
import { Storage, type File, type GetSignedUrlConfig } from '@google-cloud/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock } from '../../../src/runtime/clock.ts';
import { someBytes, startLocal, type LocalStorage } from './endpoint.ts';

const email = 'signer@contract.iam.gserviceaccount.com';
const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
// The client refuses to sign what expires before its own time, so the clock starts there.
const clock = manualClock(Date.now());
let local: LocalStorage;

beforeAll(async () => {
  local = await startLocal({ clock, signers: [{ email, publicKey: keys.publicKey }] });
  await local.bucket.file('dir/ü (1).txt').save('signed', { resumable: false });
});
afterAll(() => local.stop());

function signing(name: string, privateKey = keys.privateKey): File {
  const credentials = { client_email: email, private_key: privateKey };
  return new Storage({ apiEndpoint: local.base, projectId: 'contract', credentials }).bucket('photos').file(name);
}

async function sign(name: string, config: Partial<GetSignedUrlConfig> = {}, file = signing(name)): Promise<string> {
  const accessibleAt = new Date(clock.now());
  const expires = new Date(clock.now() + 60_000);
  const [url] = await file.getSignedUrl({ version: 'v4', action: 'read', accessibleAt, expires, ...config });
  return url;
}

test('a signed GET reads the object, whatever its name', async () => {
  const response = await fetch(await sign('dir/ü (1).txt'));
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('signed');
});

test('a V2 signature is told to be missing, with 501', async () => {
  const reply = await fetch(await sign('dir/ü (1).txt', { version: 'v2' }));
  expect([reply.status, await reply.text()]).toEqual([501, expect.stringContaining('no V2 signed URLs')]);
});

test('another method, another object or another query is 403', async () => {
  const url = await sign('dir/ü (1).txt');
  expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
  expect((await fetch(url.replace('dir/', 'other/'))).status).toBe(403);
  expect((await fetch(`${url}&response-content-type=text/html`)).status).toBe(403);
});

test('a signature of another key, or of an unknown account, is 403', async () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const forged = await fetch(await sign('x', {}, signing('x', privateKey)));
  expect(forged.status).toBe(403);
  expect(await forged.text()).toContain('<Code>SignatureDoesNotMatch</Code>');
  const url = new URL(await sign('x'));
  url.searchParams.set('X-Goog-Credential', url.searchParams.get('X-Goog-Credential')!.replace('signer', 'stranger'));
  expect((await fetch(url)).status).toBe(403);
});

test('without a signature the object is 403, as in every private bucket', async () => {
  expect((await fetch(`${local.base}/photos/dir/%C3%BC%20(1).txt`)).status).toBe(403);
});

test('a body that is signed by its digest must have it', async () => {
  const body = someBytes(1000);
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  for (const [named, status] of [
    [body, 200],
    [someBytes(1), 400],
  ] as const) {
    const headers = { 'x-goog-content-sha256': digest(named) };
    const url = await sign(`digest ${status}`, { action: 'write', extensionHeaders: headers });
    expect((await fetch(url, { method: 'PUT', body, headers })).status).toBe(status);
  }
  expect(await local.bucket.file('digest 400').exists()).toEqual([false]);
});

test('a signed PUT creates the object, and only with the type that was signed', async () => {
  const url = await sign('put', { action: 'write', contentType: 'image/png' });
  const bytes = someBytes(100_000);
  expect((await fetch(url, { method: 'PUT', body: bytes, headers: { 'content-type': 'text/html' } })).status).toBe(403);
  expect((await fetch(url, { method: 'PUT', body: bytes, headers: { 'content-type': 'image/png' } })).status).toBe(200);
  expect((await local.bucket.file('put').download())[0].equals(bytes)).toBe(true);
});

test('a header that was signed must be sent', async () => {
  const extensionHeaders = { 'x-goog-if-generation-match': '0' };
  const url = await sign('create', { action: 'write', extensionHeaders });
  expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(403);
  expect((await fetch(url, { method: 'PUT', body: 'x', headers: extensionHeaders })).status).toBe(200);
  expect((await fetch(url, { method: 'PUT', body: 'y', headers: extensionHeaders })).status).toBe(412);
});

test('a signed DELETE deletes', async () => {
  await local.bucket.file('doomed').save('x', { resumable: false });
  expect((await fetch(await sign('doomed', { action: 'delete' }), { method: 'DELETE' })).status).toBe(204);
  expect(await local.bucket.file('doomed').exists()).toEqual([false]);
});

test('a signed POST opens a session whose URI needs no signature', async () => {
  const url = await sign('resumed', { action: 'resumable' });
  const opened = await fetch(url, { method: 'POST', headers: { 'x-goog-resumable': 'start' } });
  expect(opened.status).toBe(201);
  const session = opened.headers.get('location')!;
  expect((await fetch(session, { method: 'PUT', body: 'whole' })).status).toBe(200);
  expect((await local.bucket.file('resumed').download())[0].toString()).toBe('whole');
});

test('a signed query may name the download', async () => {
  const url = await sign('dir/ü (1).txt', { promptSaveAs: 'photo.txt' });
  expect((await fetch(url)).headers.get('content-disposition')).toContain('photo.txt');
});

test('[unverified] a URL is refused with 403 before its time and with 400 after it', async () => {
  const later = new Date(clock.now() + 3_600_000);
  const early = await sign('dir/ü (1).txt', { accessibleAt: later, expires: new Date(later.getTime() + 60_000) });
  expect((await fetch(early)).status).toBe(403);
  const url = await sign('dir/ü (1).txt');
  clock.advance(61_000);
  const expired = await fetch(url);
  expect(expired.status).toBe(400);
  expect(await expired.text()).toContain('<Code>ExpiredToken</Code>');
});
