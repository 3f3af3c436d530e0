import { isDeepStrictEqual } from 'node:util';
import type { Photo } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';
import type { PhotoEdit } from '../../data/rules/owner-edit.ts';
import type { Problem } from '../../http/replies/problem.ts';
import type { Caller } from '../../http/route.ts';
import { definedFields } from '../../runtime/defined-fields.ts';
import type { AlbumId, PhotoId, UserId } from '../../runtime/ids.ts';
import { addPhotos } from '../albums/change-photos.ts';
import { BATCH_LIMIT } from '../photos/batch-schemas.ts';
import { editPhotos } from '../photos/edit-batch.ts';
import { currentOf } from '../photos/present.ts';
import { findImported } from './imported-albums.ts';
import { failedLine, type ImportDeps, type LineResult } from './line-result.ts';
import type { PhotoLine } from './manifest-line.ts';

type PhotoOfLine = PhotoLine['photo'];

/** A line whose bytes are here, and what has become of it so far. */
interface Matched {
  line: PhotoOfLine;
  target: Photo;
  changed: boolean;
  problem: Problem | undefined;
}

/** Edits the photos that have the bytes of the lines as these say, and puts them into their albums. A result for each line. */
export async function importPhotos(
  deps: ImportDeps,
  caller: Caller,
  lines: readonly PhotoOfLine[],
): Promise<LineResult[]> {
  const targets = await findTargets(deps.store, caller.user, lines);
  const matched = lines.map((line, at) => {
    const target = targets[at];
    return target && target.trashedAt === null ? { line, target, changed: false, problem: undefined } : undefined;
  });
  const present = matched.filter((one) => one !== undefined);
  await editMatched(deps, caller, present);
  const foreign = new Set(present.flatMap(({ line }) => Object.keys(line.ranks)));
  const albums = await findImported(deps.store, caller.user, [...foreign]);
  await placeMatched(deps, caller.user, present, albums);
  return lines.map(({ sha256, ranks }, at): LineResult => {
    const one = matched[at];
    if (!one) return { kind: 'photo', status: targets[at] ? 'trashed' : 'missing', sha256 };
    if (one.problem) return failedLine('photo', one.problem);
    const missing = Object.keys(ranks).filter((album) => !albums.has(album));
    const albumsMissing = missing.length > 0 ? missing : undefined;
    return { kind: 'photo', status: one.changed ? 'updated' : 'unchanged', id: one.target.id, albumsMissing };
  });
}

/** Finds the photo of each line: that of its id, else another with its bytes. Lines with the same bytes get different photos. */
async function findTargets(store: Store, user: UserId, lines: readonly PhotoOfLine[]): Promise<(Photo | undefined)[]> {
  const digests = [...new Set(lines.map(({ sha256 }) => sha256))];
  const entries = await store.contentEntries(user, digests);
  const ids = entries.flatMap((entry) => entry?.photos ?? []);
  const free = Map.groupBy(await store.photos(user, ids), ({ sha256 }) => sha256);
  const take = (line: PhotoOfLine, fits: (photo: Photo) => boolean): Photo | undefined => {
    const photos = free.get(line.sha256) ?? [];
    const at = photos.findIndex(fits);
    return at < 0 ? undefined : photos.splice(at, 1)[0];
  };
  const named = lines.map((line) => take(line, ({ id }) => id === line.id));
  return lines.map((line, at) => {
    return named[at] ?? take(line, ({ trashedAt }) => trashedAt === null) ?? take(line, () => true);
  });
}

async function editMatched(deps: ImportDeps, { user, handle }: Caller, matched: readonly Matched[]): Promise<void> {
  const edits = matched.map((one) => ({ one, id: one.target.id, edit: editOf(one.line, one.target) }));
  const items = edits.filter(({ edit }) => Object.keys(edit).length > 0);
  const results = await editPhotos(deps, user, items, currentOf(deps, user, handle));
  for (const [at, result] of results.entries()) note(items[at]!.one, 'problem' in result ? result.problem : undefined);
}

function note(matched: Matched, problem: Problem | undefined): void {
  if (problem) matched.problem ??= problem;
  else matched.changed = true;
}

/** What of a line the photo does not say already. */
function editOf(line: PhotoOfLine, photo: Photo): PhotoEdit {
  const { caption, alt, favourite, archived, rotation, tags, rating, takenAt, place } = line;
  const location = line.file?.location === undefined ? undefined : (line.location ?? undefined);
  const wanted = { caption, alt, favourite, archived, rotation, tags, rating };
  const known = { ...photo, tags: photo.tags ?? [], rating: photo.rating ?? null };
  const changed = Object.entries(wanted).filter(
    ([field, value]) => value !== undefined && !isDeepStrictEqual(value, known[field as keyof typeof wanted]),
  );
  return definedFields({
    ...(Object.fromEntries(changed) as PhotoEdit),
    takenAt: takenAt && !isDeepStrictEqual(takenAt, photo.takenAt) ? takenAt : undefined,
    location: location && !isDeepStrictEqual(location, photo.location) ? location : undefined,
    place: place && !isDeepStrictEqual(place, photo.ownPlace) ? place : undefined,
  });
}

/** Puts photos into albums, in the order by hand that the manifest has. */
async function placeMatched(
  deps: ImportDeps,
  user: UserId,
  matched: readonly Matched[],
  albums: ReadonlyMap<string, AlbumId>,
): Promise<void> {
  for (const [foreign, album] of albums) {
    const wanted = matched
      .filter(({ line, target }) => line.ranks[foreign] !== undefined && target.albums?.[album] === undefined)
      .toSorted((a, b) => (a.line.ranks[foreign]! < b.line.ranks[foreign]! ? -1 : 1));
    for (let from = 0; from < wanted.length; from += BATCH_LIMIT) {
      const some = wanted.slice(from, from + BATCH_LIMIT);
      const results = await addPhotos(deps, { user, album, ids: some.map(({ target }): PhotoId => target.id) });
      for (const [at, result] of results.entries()) note(some[at]!, 'problem' in result ? result.problem : undefined);
    }
  }
}
