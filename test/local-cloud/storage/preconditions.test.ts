import { expect, test } from 'vitest';
import { contract } from './endpoint.ts';

const cloud = contract();
const unmet = { code: 412, errors: [{ reason: 'conditionNotMet' }] };

async function stored(name: string) {
  const file = cloud.bucket.file(name);
  await file.save(name, { resumable: false });
  const [{ generation }] = await file.getMetadata();
  return { file, generation: Number(generation), stale: Number(generation) - 1 };
}

function request(name: string, query: string, method = 'GET', body?: string) {
  const url = `${cloud.base}/storage/v1/b/${cloud.bucket.name}/o/${encodeURIComponent(name)}?${query}`;
  return fetch(url, { method, ...(body ? { body, headers: { 'content-type': 'application/json' } } : {}) });
}

test('an overwrite that names a stale generation is refused and changes nothing', async () => {
  const { file, stale } = await stored('overwrite');
  const write = file.save('new', { resumable: false, preconditionOpts: { ifGenerationMatch: stale } });
  await expect(write).rejects.toMatchObject(unmet);
  expect((await file.download())[0].toString()).toBe('overwrite');
});

test('an overwrite that names the current generation goes through', async () => {
  const { file, generation } = await stored('current');
  await file.save('new', { resumable: false, preconditionOpts: { ifGenerationMatch: generation } });
  expect((await file.download())[0].toString()).toBe('new');
});

test('a delete that names a stale generation is refused', async () => {
  const { file, stale, generation } = await stored('delete');
  await expect(file.delete({ ifGenerationMatch: stale })).rejects.toMatchObject(unmet);
  await file.delete({ ifGenerationMatch: generation });
  expect(await file.exists()).toEqual([false]);
});

test('a patch that names a stale metageneration is refused', async () => {
  const { file } = await stored('patch');
  await file.setMetadata({ cacheControl: 'no-store' }, { ifMetagenerationMatch: 1 });
  await expect(file.setMetadata({ cacheControl: 'public' }, { ifMetagenerationMatch: 1 })).rejects.toMatchObject(unmet);
  expect((await file.getMetadata())[0]).toMatchObject({ cacheControl: 'no-store', metageneration: '2' });
});

test('a read of metadata or bytes fails with 412 where a match fails, with 304 where a not-match does', async () => {
  const { generation, stale } = await stored('read');
  for (const alt of ['json', 'media']) {
    expect((await request('read', `alt=${alt}&ifGenerationMatch=${stale}`)).status).toBe(412);
    expect((await request('read', `alt=${alt}&ifGenerationMatch=${generation}`)).status).toBe(200);
    expect((await request('read', `alt=${alt}&ifGenerationNotMatch=${generation}`)).status).toBe(304);
    expect((await request('read', `alt=${alt}&ifGenerationNotMatch=${stale}`)).status).toBe(200);
    expect((await request('read', `alt=${alt}&ifMetagenerationMatch=2`)).status).toBe(412);
    expect((await request('read', `alt=${alt}&ifMetagenerationNotMatch=1`)).status).toBe(304);
  }
});

test('a replacement of all metadata heeds its precondition too', async () => {
  await stored('put');
  const resource = JSON.stringify({ contentType: 'text/html' });
  expect((await request('put', 'ifMetagenerationMatch=5', 'PUT', resource)).status).toBe(412);
  expect((await request('put', 'ifMetagenerationMatch=1', 'PUT', resource)).status).toBe(200);
});

test("a bucket's metageneration is a precondition for it", async () => {
  const [{ metageneration }] = await cloud.bucket.getMetadata();
  const wrong = { ifMetagenerationMatch: Number(metageneration) + 1 };
  await expect(cloud.bucket.setMetadata({ labels: { a: 'b' } }, wrong)).rejects.toMatchObject(unmet);
});

test('a precondition that is no number is 400', async () => {
  expect((await request('read', 'ifGenerationMatch=soon')).status).toBe(400);
});
