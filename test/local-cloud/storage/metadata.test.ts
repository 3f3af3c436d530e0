import { expect, test } from 'vitest';
import { contract } from './endpoint.ts';

const cloud = contract();

async function saved(name: string) {
  const file = cloud.bucket.file(name);
  const metadata = { cacheControl: 'private', metadata: { a: '1', b: '2' } };
  await file.save('x', { resumable: false, contentType: 'text/plain', metadata });
  return file;
}

test('a patch merges: what it does not name stays, null removes, inside custom metadata too', async () => {
  const file = await saved('merged');
  await file.setMetadata({ cacheControl: null as unknown as string, metadata: { a: null, c: '3' } });
  const [metadata] = await file.getMetadata();
  expect(metadata).toMatchObject({ contentType: 'text/plain', metadata: { b: '2', c: '3' } });
  expect(metadata).not.toHaveProperty('cacheControl');
  expect(metadata.metadata).not.toHaveProperty('a');
});

test('custom metadata whose last entry is removed is absent, and so is empty metadata', async () => {
  const file = await saved('emptied');
  await file.setMetadata({ metadata: { a: null, b: null } });
  expect((await file.getMetadata())[0]).not.toHaveProperty('metadata');
  await file.save('x', { resumable: false, metadata: { metadata: {} } });
  expect((await file.getMetadata())[0]).not.toHaveProperty('metadata');
});

test('PUT replaces: what it does not name is gone', async () => {
  const file = await saved('replaced');
  const response = await fetch(`${cloud.base}/storage/v1/b/${cloud.bucket.name}/o/replaced`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ contentType: 'image/png' }),
  });
  expect(response.status).toBe(200);
  const [metadata] = await file.getMetadata();
  expect(metadata.contentType).toBe('image/png');
  expect(metadata).not.toHaveProperty('metadata');
  expect(metadata).not.toHaveProperty('cacheControl');
});

test('a field that the service alone sets cannot be patched', async () => {
  const file = await saved('fixed');
  await file.setMetadata({ size: '99', md5Hash: 'no', generation: '1' });
  expect((await file.getMetadata())[0]).toMatchObject({ size: '1', name: 'fixed', metageneration: '2' });
});

test('a resource shows times, names and numbers in the forms of the JSON API', async () => {
  const [metadata] = await (await saved('shown')).getMetadata();
  expect(metadata).toMatchObject({ kind: 'storage#object', bucket: cloud.bucket.name, name: 'shown', size: '1' });
  expect(metadata.id).toBe(`${cloud.bucket.name}/shown/${metadata.generation}`);
  expect(metadata.generation).toMatch(/^\d+$/);
  expect(metadata.timeCreated).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect((await fetch(metadata.mediaLink!)).status).toBe(200);
});

test('fields keeps what it names of a reply', async () => {
  await saved('partial');
  const url = `${cloud.base}/storage/v1/b/${cloud.bucket.name}/o?prefix=partial&fields=items(name,metadata/a)`;
  expect(await (await fetch(url)).json()).toEqual({ items: [{ name: 'partial', metadata: { a: '1' } }] });
});

test('an object on hold is neither deleted nor overwritten until the hold is lifted', async () => {
  const file = await saved('held');
  await file.setMetadata({ temporaryHold: true });
  await expect(file.delete()).rejects.toMatchObject({ code: 403 });
  await expect(file.save('y', { resumable: false })).rejects.toMatchObject({ code: 403 });
  await file.setMetadata({ temporaryHold: false });
  await file.delete();
});
