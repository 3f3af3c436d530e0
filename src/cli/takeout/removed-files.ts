import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { SavedPhoto } from './state.ts';
import type { TakeoutRun } from './takeout.ts';

/** What is no more in the account. Nothing deletes it. */
const REMOVED_FOLDER = 'removed';

/** Moves the files of a photo that is gone to `removed/`. */
export async function removePhoto({ folder, state, report }: TakeoutRun, id: string): Promise<void> {
  report.failures.delete(id);
  const known = state.photo(id);
  if (!known || known.isRemoved) return;
  const { path, isSaved } = known;
  for (const name of [path, `${path}.xmp`]) await moveIfThere(join(folder, name), join(folder, REMOVED_FOLDER, name));
  state.markPhoto(id, { isSaved, isRemoved: true });
  report.removed.push(path);
}

/** Moves them back: the photo was restored. */
export async function restoreFiles({ folder, state }: TakeoutRun, { id, path, isSaved }: SavedPhoto): Promise<void> {
  for (const name of [path, `${path}.xmp`]) await moveIfThere(join(folder, REMOVED_FOLDER, name), join(folder, name));
  state.markPhoto(id, { isSaved, isRemoved: false });
}

/** Moves the list of an album that is gone. */
export async function removeList(folder: string, path: string): Promise<void> {
  const from = join(folder, path);
  await moveIfThere(from, freeName(join(folder, REMOVED_FOLDER, path)));
}

/** Moves a file that another program has changed out of the place where the original belongs. */
export async function setAside({ folder, report }: TakeoutRun, path: string): Promise<void> {
  const to = freeName(join(folder, REMOVED_FOLDER, relative(folder, path)));
  await moveIfThere(path, to);
  report.setAside.push(relative(folder, to));
}

async function moveIfThere(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to);
}

function freeName(path: string): string {
  let free = path;
  for (let number = 2; existsSync(free); number++) free = `${path}.${number}`;
  return free;
}
