import { presentProblem } from '../../http/replies/problem.ts';
import type { Caller } from '../../http/route.ts';
import { AppError } from '../../runtime/errors.ts';
import type { UserId } from '../../runtime/ids.ts';
import { importAlbum } from './imported-albums.ts';
import { importPhotos } from './imported-photos.ts';
import { failedLine, type ImportDeps, type LineResult } from './line-result.ts';
import type { AlbumLine, ManifestLine, PhotoLine } from './manifest-line.ts';

/**
 * Brings what the lines of a manifest say into the caller's account, with a result for each line: first the albums, then the
 * photos whose bytes are there. It may be repeated. A line that could not be read is its own fault.
 */
export async function importLines(
  deps: ImportDeps,
  caller: Caller,
  lines: readonly (ManifestLine | AppError)[],
): Promise<LineResult[]> {
  const results: LineResult[] = lines.map((line) =>
    line instanceof AppError ? failedLine('unknown', presentProblem(line)) : { kind: line.kind, status: 'skipped' },
  );
  const photos: { at: number; photo: PhotoLine['photo'] }[] = [];
  for (const [at, line] of lines.entries()) {
    if ('album' in line) results[at] = await albumResult(deps, caller.user, line);
    if ('photo' in line) photos.push({ at, photo: line.photo });
  }
  const imported = await importPhotos(
    deps,
    caller,
    photos.map(({ photo }) => photo),
  );
  for (const [index, { at }] of photos.entries()) results[at] = imported[index]!;
  return results;
}

/** An album that lives with another user is not made here. The own photos in it come with their lines. */
async function albumResult({ library }: ImportDeps, user: UserId, line: AlbumLine): Promise<LineResult> {
  if (line.album.role !== 'owner') return { kind: 'album', status: 'skipped' };
  try {
    const { status, album } = await importAlbum(library, user, line);
    return { kind: 'album', status, id: album };
  } catch (error) {
    if (error instanceof AppError) return failedLine('album', presentProblem(error));
    throw error;
  }
}
