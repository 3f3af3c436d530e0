import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { albumPaths } from './file-names.ts';
import type { ExportedAlbum } from './manifest.ts';
import { removeList } from './removed-files.ts';
import { writeWhenOther } from './save-photo.ts';
import type { TakeoutRun } from './takeout.ts';

/** Gives an album the name of its list. It changes with the title. */
export async function keepAlbum({ folder, state }: TakeoutRun, album: ExportedAlbum, round: number): Promise<void> {
  const { id, title, order } = album;
  const known = state.album(id);
  if (known?.title === title) return state.putAlbum({ id, path: known.path, title, order }, round);
  for (const path of albumPaths(title)) {
    if (path !== known?.path && (!state.isFree(path) || existsSync(join(folder, path)))) continue;
    // A run that is killed between these two writes the list again under its new name, and the old one stays.
    state.putAlbum({ id, path, title, order }, round);
    if (known && existsSync(join(folder, known.path))) await rename(join(folder, known.path), join(folder, path));
    return;
  }
}

export async function removeAlbum({ folder, state }: TakeoutRun, id: string): Promise<void> {
  const known = state.album(id);
  if (!known) return;
  await removeList(folder, known.path);
  state.removeAlbum(id);
}

/** Writes the list of each album: one path of a photo in a line, in the order of the album. */
export async function writeAlbumLists(run: TakeoutRun): Promise<void> {
  const { folder, state, report } = run;
  const albums = state.albums();
  report.albums = albums.length;
  if (albums.length > 0) await mkdir(join(folder, 'albums'), { recursive: true });
  for (const album of albums) {
    const lines = Array.from(state.photosOf(album), (path) => `${path}\n`);
    if (await writeWhenOther(run, join(folder, album.path), lines.join(''))) report.lists++;
  }
}
