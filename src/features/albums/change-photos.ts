import { generateNKeysBetween } from 'fractional-indexing';
import { presentProblem, type Problem } from '../../http/replies/problem.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { photoRef } from '../../data/model/entity-refs.ts';
import type { Photo } from '../../data/model/records.ts';
import { albumPlace, photoIn, rankIn } from '../../data/model/sort-keys.ts';
import type { Change } from '../../data/rules/change.ts';
import type { Store } from '../../data/read/store.ts';
import { AppError } from '../../runtime/errors.ts';
import type { AlbumId, PhotoId, UserId } from '../../runtime/ids.ts';
import {
  albumRef,
  existing,
  MOST_ALBUMS_OF_A_PHOTO,
  noSuchAlbum,
  ownersOnly,
  requireAlbum,
  type Album,
} from './album.ts';

export interface AlbumPhotosDeps {
  store: Store;
  library: Library;
}

/** What became of one photo, or why nothing did. */
export type AlbumResult<Status extends string> = { status: Status; id: PhotoId } | { problem: Problem };

/** The photos that a request names. An id that was invalid is its own fault. */
interface AlbumPhotos {
  user: UserId;
  album: AlbumId;
  ids: readonly (PhotoId | AppError)[];
}

/** Instead of a photo: behind the last one. */
export const LAST = Symbol('behind the last photo');

/** Attempts to place photos behind one that others move at the same time. */
const ATTEMPTS = 3;

/**
 * Adds photos to an album in one transaction, with a result for each. With `after` it places them in the hand order: behind
 * that photo, or at the start for null.
 * @throws AppError not-found, role-missing; conflict for `after` in an album without a hand order; invalid-request for an `after` that is
 *   no photo of the album
 */
export async function addPhotos(
  deps: AlbumPhotosDeps,
  target: AlbumPhotos,
  after?: PhotoId | null | typeof LAST,
): Promise<AlbumResult<'added' | 'moved' | 'present'>[]> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const gap = after === undefined ? undefined : after === LAST ? LAST : await gapBehind(deps, target, after);
    const results = await addOnce(deps, target, gap);
    if (results) return results;
  }
  throw new AppError('busy', 'Other changes of this album came first. Try again in a moment.', {
    headers: { 'Retry-After': '1' },
  });
}

/** A place between two ranks of the hand order. */
interface Gap {
  /** The photo before it, and its rank; null at the start. */
  after: { id: PhotoId; rank: string } | null;
  /** The rank behind it; null at the end. */
  before: string | null;
}

/** Finds the place behind a photo, as if the photos that will come there were not in the album. */
async function gapBehind(
  { store }: AlbumPhotosDeps,
  { user, album, ids }: AlbumPhotos,
  id: PhotoId | null,
): Promise<Gap> {
  const photo = id === null ? undefined : await store.photo(user, id);
  const rank = photo?.trashedAt === null ? photo.albums?.[album] : undefined;
  if (id !== null && (rank === undefined || ids.includes(id))) throw notInAlbum();
  const from = id === null || rank === undefined ? undefined : albumPlace({ user, album, rank, photo: id });
  const behind = await store.snapshot(user, (snapshot) =>
    snapshot.positions({ by: 'placeKeys', album, towards: 'newer', from, limit: ids.length + 1 }),
  );
  const next = behind?.find((place) => !ids.includes(photoIn(place)));
  return {
    after: id === null || rank === undefined ? null : { id, rank },
    before: next === undefined ? null : rankIn(next),
  };
}

function notInAlbum(): AppError {
  const message = 'is no photo of this album, or is itself one of the photos to be placed';
  return new AppError('invalid-request', `/after: ${message}.`, {
    errors: [{ pointer: '/after', code: 'not-found', message }],
  });
}

/** Returns undefined if the photo before the gap has moved since the gap was found. */
function addOnce(
  { library }: AlbumPhotosDeps,
  { user, album: id, ids }: AlbumPhotos,
  gap: Gap | typeof LAST | undefined,
) {
  const between = gap === LAST ? undefined : gap;
  const before = between?.after ? [photoRef(between.after.id)] : [];
  return library.commit(
    user,
    async (change) => {
      const album = await requireAlbum(change, id);
      if (album.role === 'viewer') throw mayOnlyLook();
      if (gap && album.order !== 'custom') throw noHandOrder();
      if (between?.after && !(await isStill(change, id, between.after))) return undefined;
      const ranks = ranksFor(album, between, ids.length);
      const results = await eachOf(change, ids, async (photo, at) => ({
        status: await addOne(change, { album: id, rank: ranks[at] ?? '', isPlaced: gap !== undefined }, photo),
        id: photo.id,
      }));
      await keepLastRank(change, album, ranks.at(-1));
      return results;
    },
    [albumRef(id), ...before, ...refsOf(ids)],
  );
}

const mayOnlyLook = () => new AppError('role-missing', 'You may look at this album, and add no photos to it.');

const noHandOrder = () =>
  new AppError('conflict', 'This album is ordered by time. Set its `order` to `custom` to place photos by hand.');

async function isStill({ photos }: Change, album: AlbumId, { id, rank }: NonNullable<Gap['after']>): Promise<boolean> {
  const [photo] = await photos.getMany([id]);
  return photo?.albums?.[album] === rank;
}

function ranksFor({ lastRank }: Album, gap: Gap | undefined, count: number): string[] {
  const low = gap ? (gap.after?.rank ?? null) : lastRank;
  return generateNKeysBetween(low, gap?.before ?? null, count);
}

async function addOne(
  { photos }: Change,
  { album, rank, isPlaced }: { album: AlbumId; rank: string; isPlaced: boolean },
  { id, albums = {}, trashedAt }: Photo,
): Promise<'added' | 'moved' | 'present'> {
  if (trashedAt !== null) throw new AppError('conflict', 'This photo is in the trash. Restore it first.');
  const isThere = albums[album] !== undefined;
  if (isThere && !isPlaced) return 'present';
  if (!isThere && Object.keys(albums).length >= MOST_ALBUMS_OF_A_PHOTO) throw inTooMany();
  await photos.setAlbums(id, { ...albums, [album]: rank });
  return isThere ? 'moved' : 'added';
}

const inTooMany = () =>
  new AppError(
    'too-many-albums',
    `A photo may be in ${MOST_ALBUMS_OF_A_PHOTO} albums. Remove it from one of the others first.`,
    { extra: { maxAlbumsOfPhoto: MOST_ALBUMS_OF_A_PHOTO } },
  );

/** The rules have written the album, unless no photo was added or moved. */
async function keepLastRank({ entities }: Change, before: Album, rank = ''): Promise<void> {
  const album = await entities.read(albumRef(before.id));
  if (!album || album === before || rank <= (album.lastRank ?? '')) return;
  entities.write(albumRef(album.id), { ...album, lastRank: rank });
}

/**
 * Takes photos out of an album in one transaction, with a result for each. The photos stay. The owner of an album names the
 * `member` whose photos they are, if they are those of another user.
 * @throws AppError not-found; role-missing for photos of another user in an album of another user
 */
export async function removePhotos(
  { library, store }: AlbumPhotosDeps,
  { user, album, ids, member = user }: AlbumPhotos & { member?: UserId | undefined },
): Promise<AlbumResult<'removed' | 'absent'>[]> {
  if (member !== user && existing(await store.entity(user, albumRef(album))).host !== undefined) throw ownersOnly();
  return library.commit(
    member,
    async (change) => {
      const { host = member } = await requireAlbum(change, album);
      if (member !== user && host !== user) throw noSuchAlbum();
      return eachOf(change, ids, async ({ id, albums }) => {
        if (albums?.[album] === undefined) return { status: 'absent' as const, id };
        await change.photos.setAlbums(id, withoutAlbum(albums, album));
        return { status: 'removed' as const, id };
      });
    },
    [albumRef(album), ...refsOf(ids)],
  );
}

/** The albums of a photo but for one. */
export function withoutAlbum(albums: Photo['albums'], album: AlbumId): Record<string, string> {
  const { [album]: _removed, ...others } = albums ?? {};
  return others;
}

const refsOf = (ids: AlbumPhotos['ids']) => ids.flatMap((id) => (id instanceof AppError ? [] : [photoRef(id)]));

async function eachOf<R>(
  { photos }: Change,
  ids: readonly (PhotoId | AppError)[],
  act: (photo: Photo, at: number) => Promise<R>,
): Promise<(R | { problem: Problem })[]> {
  const results: (R | { problem: Problem })[] = [];
  for (const [at, id] of ids.entries()) {
    try {
      if (id instanceof AppError) throw id;
      results.push(await act(await photos.get(id), at));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      results.push({ problem: presentProblem(error) });
    }
  }
  return results;
}
