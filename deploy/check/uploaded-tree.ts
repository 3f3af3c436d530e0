import { execFile } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');

/** Copies the files that `gcloud app deploy` uploads, which are those that .gcloudignore does not name, to an empty folder. */
export async function copyUploadedTree(folder: string): Promise<void> {
  for (const path of await uploadedPaths(folder)) await cp(join(ROOT, path), join(folder, path));
}

/** .gcloudignore has the syntax of .gitignore. To an empty repository no file is known, so git lists all that it may. */
async function uploadedPaths(folder: string): Promise<string[]> {
  const git = promisify(execFile);
  const empty = join(folder, '.git');
  await git('git', ['init', '--quiet', '--bare', empty]);
  const place = ['--git-dir', empty, '--work-tree', ROOT];
  const options = ['ls-files', '--others', '-z', '--exclude-from', join(ROOT, '.gcloudignore')];
  const { stdout } = await git('git', [...place, ...options], { cwd: ROOT, maxBuffer: 2 ** 26 });
  await rm(empty, { recursive: true });
  return stdout.split('\0').filter(Boolean);
}
