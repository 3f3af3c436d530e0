import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { someBytes, startLocal, type LocalStorage } from './endpoint.ts';

let local: LocalStorage;

beforeEach(async () => {
  local = await startLocal();
});
afterEach(() => local.stop());

/** The one file in which the store keeps bytes. */
function onlyFile(): string {
  const objects = join(local.dataDir, 'objects');
  const name = readdirSync(objects).find((entry) => entry !== 'incoming') ?? '';
  return join(objects, name);
}

test.each<[string, RegExp, (path: string) => void]>([
  ['are gone', /damaged on the disk/, (path) => rmSync(path)],
  ['are cut short', /damaged on the disk: 100000 of 300000/, (path) => truncateSync(path, 100_000)],
  // The client finds this out by the checksum that comes along.
  ['are others', /did not match/, (path) => writeFileSync(path, readFileSync(path).fill(0, 1000, 2000))],
])('an object whose bytes on the disk %s is not read as if it were whole', async (_how, told, damage) => {
  const file = local.bucket.file('damaged');
  await file.save(someBytes(300_000), { resumable: false });
  damage(onlyFile());
  await expect(file.download()).rejects.toThrow(told);
  await local.bucket.file('sound').save('sound', { resumable: false });
  expect((await local.bucket.file('sound').download())[0].toString()).toBe('sound');
});
