import { expect, test } from 'vitest';
import { contract, someBytes } from './endpoint.ts';
import { openSession, progress, put, QUANTUM } from './sessions.ts';

const cloud = contract();

test('a session that has nothing answers 308 without Range and without a body', async () => {
  const response = await put(await openSession(cloud, 'nothing'), '*/*');
  expect(progress(response)).toEqual([308, null]);
  expect(response.headers.get('content-length')).toBe('0');
  expect(await response.text()).toBe('');
});

test('a session tells what it keeps, with the total or without', async () => {
  const uri = await openSession(cloud, 'kept');
  await put(uri, `0-${QUANTUM - 1}/*`, someBytes(QUANTUM));
  expect(progress(await put(uri, '*/*'))).toEqual([308, `bytes=0-${QUANTUM - 1}`]);
  expect(progress(await put(uri, `*/${9 * QUANTUM}`))).toEqual([308, `bytes=0-${QUANTUM - 1}`]);
});

test('a finished session answers 200 with the object', async () => {
  const uri = await openSession(cloud, 'finished');
  await put(uri, '0-*/*', someBytes(10));
  const response = await put(uri, '*/*');
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ name: 'finished', size: '10' });
});

test('[unverified] a finished session answers so, though its object has been deleted since', async () => {
  const uri = await openSession(cloud, 'deleted since');
  await put(uri, '0-*/*', someBytes(10));
  await cloud.bucket.file('deleted since').delete();
  expect((await put(uri, '*/*')).status).toBe(200);
});

test('nothing shows under the name before the last byte', async () => {
  const uri = await openSession(cloud, 'unfinished');
  await put(uri, `0-${QUANTUM - 1}/*`, someBytes(QUANTUM));
  expect(await cloud.bucket.file('unfinished').exists()).toEqual([false]);
});

test('an unknown session is 404', async () => {
  const uri = new URL(await openSession(cloud, 'unknown'));
  uri.searchParams.set('upload_id', 'unknown');
  expect((await put(uri.href, '*/*')).status).toBe(404);
});
