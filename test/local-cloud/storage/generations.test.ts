import { expect, test } from 'vitest';
import { contract } from './endpoint.ts';

const cloud = contract();

test('every write is a new, higher generation with metageneration 1', async () => {
  const file = cloud.bucket.file('rewritten');
  const generations: number[] = [];
  for (const content of ['one', 'two', 'three']) {
    await file.save(content, { resumable: false });
    const [metadata] = await file.getMetadata();
    expect(metadata.metageneration).toBe('1');
    generations.push(Number(metadata.generation));
  }
  expect(generations).toEqual([...new Set(generations)].sort((a, b) => a - b));
});

test('a patch raises the metageneration and keeps the generation', async () => {
  const file = cloud.bucket.file('patched');
  await file.save('x', { resumable: false });
  const [before] = await file.getMetadata();
  await file.setMetadata({ metadata: { seen: 'yes' } });
  const [after] = await file.getMetadata();
  expect(after).toMatchObject({ generation: before.generation, metageneration: '2', metadata: { seen: 'yes' } });
});

test('in a bucket without versions an overwritten generation is gone', async () => {
  const file = cloud.bucket.file('replaced');
  await file.save('old', { resumable: false });
  const [{ generation }] = await file.getMetadata();
  await file.save('new', { resumable: false });
  const old = cloud.bucket.file('replaced', { generation: Number(generation) });
  await expect(old.getMetadata()).rejects.toMatchObject({ code: 404 });
});

test('in a bucket with versions an overwritten generation stays, and is listed when asked for', async () => {
  await cloud.bucket.setMetadata({ versioning: { enabled: true } });
  const file = cloud.bucket.file('versioned');
  await file.save('old', { resumable: false });
  const [{ generation }] = await file.getMetadata();
  await file.save('new', { resumable: false });
  const old = cloud.bucket.file('versioned', { generation: Number(generation) });
  expect((await old.download())[0].toString()).toBe('old');
  expect((await cloud.bucket.getFiles({ prefix: 'versioned' }))[0]).toHaveLength(1);
  expect((await cloud.bucket.getFiles({ prefix: 'versioned', versions: true }))[0]).toHaveLength(2);
  await file.delete();
  expect(await file.exists()).toEqual([false]);
  expect((await cloud.bucket.getFiles({ prefix: 'versioned', versions: true }))[0]).toHaveLength(2);
});
