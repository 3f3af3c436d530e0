import { expect, test } from 'vitest';
import { contract, someBytes } from './endpoint.ts';
import { openSession, put } from './sessions.ts';

const cloud = contract();

test('DELETE on a session answers 499, and no object comes of it', async () => {
  const uri = await openSession(cloud, 'cancelled');
  expect((await fetch(uri, { method: 'DELETE' })).status).toBe(499);
  expect((await put(uri, '0-*/*', someBytes(10))).ok).toBe(false);
  expect(await cloud.bucket.file('cancelled').exists()).toEqual([false]);
});

test('[unverified] a cancelled session is 410 for the rest of its week', async () => {
  const uri = await openSession(cloud, 'gone');
  await fetch(uri, { method: 'DELETE' });
  expect((await put(uri, '*/*')).status).toBe(410);
});
