import { expect, test } from 'vitest';
import { contract, someBytes } from './endpoint.ts';

const cloud = contract();

async function saved(name: string, content: string | Buffer = name) {
  const file = cloud.bucket.file(name);
  await file.save(content, { resumable: false });
  return file;
}

test('compose puts the bytes of its sources one behind the other', async () => {
  const [first, second] = [someBytes(300_000), someBytes(1000)];
  const sources = [await saved('part 1', first), await saved('part 2', second)];
  await cloud.bucket.combine(sources, cloud.bucket.file('whole.jpg'));
  const whole = cloud.bucket.file('whole.jpg');
  expect((await whole.download())[0].equals(Buffer.concat([first, second]))).toBe(true);
  const [metadata] = await whole.getMetadata();
  expect(metadata).toMatchObject({ componentCount: 2, contentType: 'image/jpeg', size: '301000' });
  expect(metadata).not.toHaveProperty('md5Hash');
});

test('a composite of composites counts all pieces', async () => {
  const piece = await saved('piece');
  await cloud.bucket.combine([piece, piece], cloud.bucket.file('two'));
  await cloud.bucket.combine([cloud.bucket.file('two'), piece], cloud.bucket.file('three'));
  expect((await cloud.bucket.file('three').getMetadata())[0].componentCount).toBe(3);
});

test('compose may append to one of its sources', async () => {
  const log = await saved('log', 'a');
  await cloud.bucket.combine([log, await saved('line', 'b')], log);
  expect((await log.download())[0].toString()).toBe('ab');
});

test('compose heeds the precondition of its destination, and misses no source', async () => {
  const source = await saved('source');
  const taken = await saved('taken');
  const compose = cloud.bucket.combine([source], taken, { ifGenerationMatch: 0 });
  await expect(compose).rejects.toMatchObject({ code: 412 });
  const absent = cloud.bucket.combine([source, cloud.bucket.file('absent')], cloud.bucket.file('never'));
  await expect(absent).rejects.toMatchObject({ code: 404 });
});

test('more than 32 sources are 400', async () => {
  const source = await saved('one of many');
  const many = Array.from({ length: 33 }, () => source);
  await expect(cloud.bucket.combine(many, cloud.bucket.file('too many'))).rejects.toMatchObject({ code: 400 });
});
