import { expect, test } from 'vitest';
import { contract, someBytes } from './endpoint.ts';
import { openSession, postSession, put } from './sessions.ts';

const cloud = contract();

test('a session that may only create opens over an existing object, and fails with 412 at its end', async () => {
  await cloud.bucket.file('taken').save('x', { resumable: false });
  const uri = await openSession(cloud, 'taken', { query: { ifGenerationMatch: '0' } });
  const response = await put(uri, '0-*/*', someBytes(10));
  expect(response.status).toBe(412);
  expect(await response.json()).toMatchObject({ error: { errors: [{ reason: 'conditionNotMet' }] } });
  expect((await cloud.bucket.file('taken').download())[0].toString()).toBe('x');
});

test.each(['ifGenerationMatch', 'ifMetagenerationMatch'])(
  'a session with %s is held to it at its end, not at its start',
  async (precondition) => {
    const name = `held to ${precondition}`;
    const uri = await openSession(cloud, name, { query: { [precondition]: '1' } });
    expect((await put(uri, '0-*/*', someBytes(10))).status).toBe(412);
    expect(await cloud.bucket.file(name).exists()).toEqual([false]);
  },
);

test('a precondition that holds again when the upload ends lets it through', async () => {
  const file = cloud.bucket.file('free again');
  await file.save('first', { resumable: false });
  const uri = await openSession(cloud, 'free again', { query: { ifGenerationMatch: '0' } });
  await file.delete();
  expect((await put(uri, '0-*/*', someBytes(10))).status).toBe(200);
});

test('an object that appears while the session is open makes a create-only upload fail with 412', async () => {
  const uri = await openSession(cloud, 'overtaken', { query: { ifGenerationMatch: '0' } });
  await cloud.bucket.file('overtaken').save('first', { resumable: false });
  expect((await put(uri, '0-*/*', someBytes(10))).status).toBe(412);
  expect((await cloud.bucket.file('overtaken').download())[0].toString()).toBe('first');
});

test('a session in a bucket that does not exist is 404 when it is opened', async () => {
  const elsewhere = { ...cloud, bucket: cloud.storage.bucket(`${cloud.bucket.name}-none`) };
  expect((await postSession(elsewhere, 'x', {})).status).toBe(404);
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

test("Google's client goes on with a session that another client has begun", async () => {
  const file = cloud.bucket.file('continued');
  const [uri] = await file.createResumableUpload({ metadata: { contentType: 'image/jpeg' } });
  await file.save('from the client', { resumable: true, uri });
  expect((await file.download())[0].toString()).toBe('from the client');
  expect((await file.getMetadata())[0].contentType).toBe('image/jpeg');
});
