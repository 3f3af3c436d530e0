import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLocal, type LocalStorage } from './endpoint.ts';

let local: LocalStorage;

beforeAll(async () => {
  local = await startLocal();
});
afterAll(() => local.stop());

test.each([
  ['GET', '/storage/v1/b/photos/iam', 'storage.buckets.getIamPolicy'],
  ['POST', '/b/photos/o/x/acl', 'storage.objectAccessControls.insert'],
  ['POST', '/b/photos/notificationConfigs', 'storage.notifications.insert'],
  ['POST', '/batch/storage/v1', 'storage.batch.requests'],
  ['GET', '/b/photos/acl', 'storage.bucketAccessControls.list'],
  ['GET', '/b/photos/defaultObjectAcl', 'storage.defaultObjectAccessControls.list'],
  ['POST', '/b/photos/o/bulkRestore', 'storage.objects.bulkRestore'],
  ['POST', '/b/photos/restore', 'storage.buckets.restore'],
  ['POST', '/b/photos/folders', 'storage.folders.insert'],
  ['GET', '/b/photos/managedFolders', 'storage.managedFolders.list'],
  ['POST', '/projects/p/hmacKeys', 'storage.projects.hmacKeys.create'],
])('%s %s is 501 and names the method', async (method, path, name) => {
  const response = await fetch(`${local.base}${path}`, { method });
  expect(response.status).toBe(501);
  expect(await response.json()).toMatchObject({ error: { code: 501, message: `The local cloud has no ${name}.` } });
});

test.each([
  ['GET', '/photos', 'GET Bucket'],
  ['POST', '/photos/x?uploads', 'POST Object uploads'],
  ['POST', '/photos/x', 'POST Object with a policy document'],
])('%s %s of the XML API is 501 and names the method', async (method, path, name) => {
  const response = await fetch(`${local.base}${path}`, { method });
  expect(response.status).toBe(501);
  expect(await response.text()).toContain(`The local cloud has no ${name} (XML API).`);
});

test('a bucket for retention by object is refused', async () => {
  const created = local.storage.createBucket('retained', { enableObjectRetention: true });
  await expect(created).rejects.toMatchObject({ code: 501 });
});

test("a customer's own encryption key is refused", async () => {
  const file = local.bucket.file('secret', { encryptionKey: Buffer.alloc(32) });
  await expect(file.save('x', { resumable: false })).rejects.toMatchObject({ code: 501 });
});

test('an object that promises what is not kept is refused', async () => {
  const file = local.bucket.file('retained');
  await file.save('x', { resumable: false });
  const retention = { mode: 'Locked', retainUntilTime: '2030-01-01T00:00:00Z' };
  await expect(file.setMetadata({ retention })).rejects.toMatchObject({ code: 501 });
});

test('buckets that were deleted softly cannot be asked for', async () => {
  for (const path of ['/b?softDeleted=true', '/b/photos?softDeleted=true']) {
    const reply = await fetch(`${local.base}/storage/v1${path}`);
    expect([reply.status, await reply.text()]).toEqual([501, expect.stringContaining('no soft-deleted buckets')]);
  }
});
