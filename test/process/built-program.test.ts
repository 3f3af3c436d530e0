import { lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { shareBetweenUsers } from '../../src/runtime/compiled-code.ts';

test('a user who did not build the program reads the same compiled code', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'v24.21.0-x64-00c49d26-1000'));
  shareBetweenUsers(folder, 33, undefined, 1000);
  expect((await readdir(folder)).sort()).toEqual(['v24.21.0-x64-00c49d26-1000', 'v24.21.0-x64-00c49d26-33']);
  expect((await lstat(join(folder, 'v24.21.0-x64-00c49d26-33'))).isSymbolicLink()).toBe(true);
  // A second start finds the link.
  shareBetweenUsers(folder, 33);
  expect(await readdir(join(folder, 'v24.21.0-x64-00c49d26-33'))).toEqual([]);
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'photo-timeline-built-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}
