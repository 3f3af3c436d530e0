import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { contract } from './endpoint.ts';

const cloud = contract();
const fresh = () => cloud.storage.bucket(`contract-${randomBytes(6).toString('hex')}`);

test('a bucket that was created exists, and is listed', async () => {
  const bucket = fresh();
  await bucket.create();
  expect(await bucket.exists()).toEqual([true]);
  const [buckets] = await cloud.storage.getBuckets({ prefix: bucket.name });
  expect(buckets.map(({ name }) => name)).toEqual([bucket.name]);
  await bucket.delete();
  expect(await bucket.exists()).toEqual([false]);
});

test('to create it again is 409', async () => {
  await expect(cloud.bucket.create()).rejects.toMatchObject({ code: 409, errors: [{ reason: 'conflict' }] });
});

test('a bucket that is not empty is not deleted: 409', async () => {
  await cloud.bucket.file('x').save('x', { resumable: false });
  await expect(cloud.bucket.delete()).rejects.toMatchObject({ code: 409 });
});

const WRONG_NAMES =
  'ab Upper -dash trailing- goog-x my_google_bucket g00gle-photos 192.168.1.1 a..b a.-b a-.b .abc'.split(' ');
const LONG_NAMES = ['a'.repeat(64), `${'a'.repeat(64)}.com`, `${'abcdefghi.'.repeat(22)}abc`];

test.each([...WRONG_NAMES, ...LONG_NAMES, 'with blank'])('the name %s is 400', async (name) => {
  await expect(cloud.storage.createBucket(name)).rejects.toMatchObject({ code: 400 });
});

test.each(['under_score', 'photos.example.com', '1.2.3', 'go-og'])('the name %s is taken', async (name) => {
  const bucket = cloud.storage.bucket(`${randomBytes(4).toString('hex')}-${name}`);
  await bucket.create();
  await bucket.delete();
});

test('a patch merges, and raises the metageneration', async () => {
  const [before] = await cloud.bucket.getMetadata();
  await cloud.bucket.setMetadata({ labels: { team: 'photos' } });
  const [after] = await cloud.bucket.getMetadata();
  expect(after).toMatchObject({ labels: { team: 'photos' }, kind: 'storage#bucket', name: cloud.bucket.name });
  expect(Number(after.metageneration)).toBe(Number(before.metageneration) + 1);
});

test('an upload to a bucket that is not there is 404', async () => {
  await expect(fresh().file('x').save('x', { resumable: false })).rejects.toMatchObject({ code: 404 });
});
