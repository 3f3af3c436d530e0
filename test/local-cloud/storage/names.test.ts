import { expect, test } from 'vitest';
import { contract } from './endpoint.ts';

const cloud = contract();

const NAMES = [
  'a/b',
  '/a',
  'a//b',
  'a b+c',
  '%2F',
  '100%',
  'a?b=c&d',
  '#',
  'ü',
  'u\u0308',
  '\u{1F4F7}.jpg',
  "!'()*",
  'a\\b',
  'o/x/rewriteTo/b',
];

test.each(NAMES)('the name %j is kept byte for byte, up, down and in the list', async (name) => {
  const file = cloud.bucket.file(name);
  await file.save(name, { resumable: false });
  expect((await file.download())[0].toString()).toBe(name);
  expect((await file.getMetadata())[0].name).toBe(name);
  const [files] = await cloud.bucket.getFiles({ prefix: name });
  expect(files.map((found) => found.name)).toContain(name);
});

test.each(NAMES)('the name %j works in a resumable session', async (name) => {
  const file = cloud.bucket.file(`session/${name}`);
  await file.save(name, { resumable: true });
  expect((await file.download())[0].toString()).toBe(name);
});

test('composed and decomposed Unicode are two objects', async () => {
  await cloud.bucket.file('nfc/\u00e9').save('composed', { resumable: false });
  await cloud.bucket.file('nfc/e\u0301').save('decomposed', { resumable: false });
  expect((await cloud.bucket.file('nfc/\u00e9').download())[0].toString()).toBe('composed');
  expect((await cloud.bucket.getFiles({ prefix: 'nfc/' }))[0]).toHaveLength(2);
});

test('a name of 1024 bytes is taken, one of 1025 is 400', async () => {
  const longest = 'é'.repeat(512);
  await cloud.bucket.file(longest).save('x', { resumable: false });
  const longer = cloud.bucket.file(`${longest}x`).save('x', { resumable: false });
  await expect(longer).rejects.toMatchObject({ code: 400 });
});

test('a name with a line break is 400', async () => {
  await expect(cloud.bucket.file('a\nb').save('x', { resumable: false })).rejects.toMatchObject({ code: 400 });
});
