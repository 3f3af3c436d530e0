import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { download } from './download.ts';
import { photoPaths } from './file-names.ts';
import type { ExportedPhoto } from './manifest.ts';
import { restoreFiles, setAside } from './removed-files.ts';
import { sidecarOf } from './sidecar.ts';
import type { SavedPhoto } from './state.ts';
import type { TakeoutRun } from './takeout.ts';

/** Files that are not whole yet. Each run empties it. */
export const PARTIAL_FOLDER = '.partial';

/** Gives a photo its name, unless an earlier run has, and keeps its albums. */
export async function namePhoto({ folder, state }: TakeoutRun, photo: ExportedPhoto, round: number): Promise<void> {
  const { id, sha256, bytes, takenAt, albums, ranks = {} } = photo;
  if (!state.photo(id)) {
    for (const path of photoPaths(photo)) {
      if (!state.isFree(path) || !(await mayBecome(join(folder, path), sha256))) continue;
      state.addPhoto({ id, path, sha256, bytes });
      break;
    }
  }
  const placed = Object.fromEntries(albums.map((album) => [album, ranks[album] ?? '']));
  state.meetPhoto(id, { local: takenAt.local, albums: placed, round });
}

/** Whether no file has this name, or the same one: the state may be older than the folder after a power failure. */
async function mayBecome(path: string, sha256: string): Promise<boolean> {
  return (await sizeOf(path)) === undefined || (await digestOf(path)) === sha256;
}

/** Brings original, time and sidecar of a photo up to date. It has its name already. */
export async function savePhoto(run: TakeoutRun, photo: ExportedPhoto): Promise<void> {
  const { folder, state, report } = run;
  const known = state.photo(photo.id);
  if (!known) return;
  const path = join(folder, known.path);
  await mkdir(dirname(path), { recursive: true });
  if (known.isRemoved) await restoreFiles(run, known);
  if (await writeWhenOther(run, `${path}.xmp`, sidecarOf(photo))) report.sidecars++;
  if (await isThere(path, known, photo)) {
    report.present++;
  } else {
    await fetchOriginal(run, photo, path);
    report.fetched++;
    report.bytes += photo.bytes;
    run.progress.addPhoto();
  }
  await setTime(path, photo);
  state.markPhoto(photo.id, { isSaved: true, isRemoved: false });
}

/** A file whose arrival the state has noted is compared by size alone, another one by its digest. */
async function isThere(path: string, { isSaved }: SavedPhoto, { bytes, sha256 }: ExportedPhoto): Promise<boolean> {
  if ((await sizeOf(path)) !== bytes) return false;
  return isSaved || (await digestOf(path)) === sha256;
}

async function fetchOriginal(run: TakeoutRun, photo: ExportedPhoto, path: string): Promise<void> {
  const { id, sha256, bytes } = photo;
  const partial = join(run.folder, PARTIAL_FOLDER, id);
  await download({
    address: async (isExpired) => addressOf(run, isExpired ? await currentUrl(run, id) : photo.original.url),
    sha256,
    bytes,
    to: partial,
    onBytes: (count) => run.progress.addBytes(count),
    signal: run.signal,
  });
  if ((await sizeOf(path)) !== undefined) await setAside(run, path);
  await rename(partial, path);
}

const addressOf = ({ service }: TakeoutRun, url: string) =>
  /^https?:/.test(url) ? url : service.replace(/\/+$/, '') + url;

const currentUrl = async ({ client, signal }: TakeoutRun, id: string) =>
  (await client.call('get /v1/photos/{id}', { path: { id }, signal })).original.url;

/** A time without an offset counts in the time zone of this computer, so that it shows the same clock. */
async function setTime(path: string, { takenAt }: ExportedPhoto): Promise<void> {
  const time = new Date(takenAt.utc ?? takenAt.local);
  if (!Number.isNaN(time.getTime())) await utimes(path, time, time);
}

/** Replaces a text file as a whole. Returns false if it has this text already. */
export async function writeWhenOther(
  { folder }: Pick<TakeoutRun, 'folder'>,
  path: string,
  text: string,
): Promise<boolean> {
  if ((await readFile(path, 'utf8').catch(noneIfAbsent)) === text) return false;
  const partial = join(folder, PARTIAL_FOLDER, `${createHash('sha256').update(path).digest('hex').slice(0, 32)}.txt`);
  await writeFile(partial, text, { flush: true });
  await rename(partial, path);
  return true;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

const sizeOf = async (path: string) => (await stat(path).catch(noneIfAbsent))?.size;

function noneIfAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
