import { expect, test } from 'vitest';
import { contract, someBytes } from './endpoint.ts';
import { openSession, postSession, put } from './sessions.ts';

const cloud = contract();

test('a precondition is checked when the session is opened', async () => {
  await cloud.bucket.file('taken').save('x', { resumable: false });
  const response = await postSession(cloud, 'taken', { query: { ifGenerationMatch: '0' } });
  expect(response.status).toBe(412);
  expect(await response.json()).toMatchObject({ error: { errors: [{ reason: 'conditionNotMet' }] } });
});

test('a precondition is checked again at the end', async () => {
  const uri = await openSession(cloud, 'overtaken', { query: { ifGenerationMatch: '0' } });
  await cloud.bucket.file('overtaken').save('first', { resumable: false });
  expect((await put(uri, '0-*/*', someBytes(10))).status).toBe(412);
  expect((await cloud.bucket.file('overtaken').download())[0].toString()).toBe('first');
});

test('the type and the metadata of the opening request are those of the object', async () => {
  const metadata = { cacheControl: 'no-store', metadata: { from: 'phone' } };
  const uri = await openSession(cloud, 'typed', { metadata, headers: { 'x-upload-content-type': 'image/heic' } });
  await put(uri, undefined, someBytes(10), { 'content-type': 'text/plain' });
  expect((await cloud.bucket.file('typed').getMetadata())[0]).toMatchObject({ contentType: 'image/heic', ...metadata });
});

test('[unverified] bytes of another length than announced make no object', async () => {
  const headers = { 'x-upload-content-length': '10' };
  const short = await openSession(cloud, 'short', { headers });
  expect((await put(short, '0-*/*', someBytes(9))).status).toBe(400);
  const long = await openSession(cloud, 'long', { headers });
  expect((await put(long, '0-*/*', someBytes(11))).status).toBe(400);
  expect(await cloud.bucket.file('short').exists()).toEqual([false]);
  expect(await cloud.bucket.file('long').exists()).toEqual([false]);
});

test("Google's client goes on with a session that somebody else has begun", async () => {
  const file = cloud.bucket.file('continued');
  const [uri] = await file.createResumableUpload({ metadata: { contentType: 'image/jpeg' } });
  await file.save('from the client', { resumable: true, uri });
  expect((await file.download())[0].toString()).toBe('from the client');
  expect((await file.getMetadata())[0].contentType).toBe('image/jpeg');
});
