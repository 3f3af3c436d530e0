import { accountErased } from '../../data/rules/erasure.ts';
import type { Photo, User } from '../../data/model/records.ts';
import { tileOf, type Tile } from '../../data/model/tile.ts';
import type { IndexRange, Snapshot } from '../../data/read/snapshot.ts';
import type { Store } from '../../data/read/store.ts';
import type { AlbumId, UserId } from '../../runtime/ids.ts';
import { albumPlace, timelineKey } from '../../data/model/sort-keys.ts';
import type { CursorScope } from '../../signing/cursor.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { keysetPage, readPosition, type KeysetPage, type KeysetRange } from '../timeline/keyset-page.ts';
import { AlbumKind, albumRef, existing, isShared, listKey, type Album } from './album.ts';
import { readMergedRange, type Photographer } from './members/merged-range.ts';

export interface ReadAlbumsDeps {
  store: Store;
  signingKeys: SigningKeys;
}

interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

/**
 * The album that a request names.
 * @throws AppError not-found
 */
export const readAlbum = async ({ store }: Pick<ReadAlbumsDeps, 'store'>, user: UserId, id: AlbumId): Promise<Album> =>
  existing(await store.entity(user, albumRef(id)));

/** A page, and the user in the same snapshot. */
interface PageWithUser<T> extends KeysetPage<T> {
  user: User;
}

/**
 * Reads one page of a user's albums, the one that was made last first.
 * @throws AppError account-erased, cursor-invalid, cursor-mismatch
 */
export async function readAlbums(
  deps: ReadAlbumsDeps,
  id: UserId,
  { limit, cursor }: PageQuery,
): Promise<PageWithUser<Album>> {
  const scope: CursorScope = { user: id, order: 'albums' };
  const start = cursor === undefined ? undefined : readPosition(deps, scope, cursor);
  const page = await deps.store.snapshot(id, async (snapshot) => {
    const read = async (range: KeysetRange) =>
      (await snapshot.entities(AlbumKind, { by: 'listKey', ...range })).map((album) => ({
        album,
        position: listKey(album),
      }));
    return { user: snapshot.user, ...(await keysetPage(deps, { scope, start, limit }, read)) };
  });
  if (!page) throw accountErased();
  return { ...page, items: page.items.map(({ album }) => album) };
}

/** A photo of an album, and whose it is. */
export interface AlbumItem<Shown> {
  by: Photographer;
  shown: Shown;
}

/** A page of an album. */
interface AlbumPage<Shown> extends PageWithUser<AlbumItem<Shown>> {
  album: Album;
  /** Of a shared album: what the page depends on besides the user's own data. */
  version: string | undefined;
}

/**
 * Reads one page of an album as lists show it. By time it costs a read each for user, album and index; by hand, one for each
 * photo instead of the index. A shared album costs at most three reads for each of its users.
 * @throws AppError account-erased, not-found, cursor-invalid, cursor-mismatch
 */
export const readAlbumTiles = (deps: ReadAlbumsDeps, user: UserId, id: AlbumId, query: PageQuery) =>
  readAlbumPage(deps, user, id, query, readTiles);

/**
 * Reads one page of an album with the photos themselves, which cost a read each.
 * @throws AppError account-erased, not-found, cursor-invalid, cursor-mismatch
 */
export const readAlbumPhotos = (deps: ReadAlbumsDeps, user: UserId, id: AlbumId, query: PageQuery) =>
  readAlbumPage(deps, user, id, query, readPhotos);

/**
 * Reads one page of a user's own photos of an album as lists show them, whether or not others have added photos to it.
 * @throws AppError account-erased, not-found, cursor-invalid, cursor-mismatch
 */
export const readOwnAlbumTiles = (deps: ReadAlbumsDeps, user: UserId, id: AlbumId, query: PageQuery) =>
  readOwnPage(deps, user, id, query, readTiles);

/**
 * The same with the photos themselves, which cost a read each.
 * @throws AppError account-erased, not-found, cursor-invalid, cursor-mismatch
 */
export const readOwnAlbumPhotos = (deps: ReadAlbumsDeps, user: UserId, id: AlbumId, query: PageQuery) =>
  readOwnPage(deps, user, id, query, readPhotos);

async function readOwnPage<Shown>(
  deps: ReadAlbumsDeps,
  user: UserId,
  id: AlbumId,
  query: PageQuery,
  readRange: ReadRange<Shown>,
): Promise<KeysetPage<Shown>> {
  const { items, next, prev } = await readAlbumPage(deps, user, id, { ...query, own: true }, readRange);
  return { items: items.map(({ shown }) => shown), next, prev };
}

type ReadRange<Shown> = (snapshot: Snapshot, range: IndexRange) => Promise<{ position: string; shown: Shown }[]>;

const readTiles: ReadRange<Tile> = async (snapshot, range) =>
  range.by === 'albumKey'
    ? (await snapshot.tiles(range)).map(({ position, tile }) => ({ position, shown: tile }))
    : (await snapshot.photos(range)).map((photo) => ({ position: positionIn(range, photo), shown: tileOf(photo) }));

const readPhotos: ReadRange<Photo> = async (snapshot, range) =>
  (await snapshot.photos(range)).map((photo) => ({ shown: photo, position: positionIn(range, photo) }));

const positionIn = ({ by, album = '' as AlbumId }: IndexRange, photo: Photo) =>
  by === 'albumKey'
    ? timelineKey(photo)
    : albumPlace({ user: photo.user, album, rank: photo.albums?.[album] ?? '', photo: photo.id });

async function readAlbumPage<Shown>(
  deps: ReadAlbumsDeps,
  user: UserId,
  id: AlbumId,
  { limit, cursor, own = false }: PageQuery & { own?: boolean },
  readRange: ReadRange<Shown>,
): Promise<AlbumPage<Shown>> {
  const found = await deps.store.snapshot(user, async (snapshot) => {
    const album = existing(await snapshot.entity(albumRef(id)));
    const isMerged = isShared(album) && !own;
    const filter = { album: id, by: isMerged ? 'all parts' : album.order };
    const scope: CursorScope = { user, order: 'album', filter };
    const start = cursor === undefined ? undefined : readPosition(deps, scope, cursor);
    const readPart = (of: Snapshot, range: KeysetRange) => readRange(of, { album: id, ...ordered(album, range) });
    const by = { id: user, handle: snapshot.user.handle };
    let version: string | undefined;
    const page = await keysetPage(deps, { scope, start, limit }, async (range) => {
      if (!isMerged) return (await readPart(snapshot, range)).map(({ position, shown }) => ({ position, shown, by }));
      const merged = await readMergedRange(deps, { viewer: user, snapshot, album }, range, readPart);
      ({ version } = merged);
      return merged.items;
    });
    return { user: snapshot.user, album, version, ...page };
  });
  if (!found) throw accountErased();
  return found;
}

/** The hand order begins with the smallest rank: its next page is the one of larger ranks. */
const ordered = ({ order }: Album, range: KeysetRange): IndexRange =>
  order === 'taken'
    ? { ...range, by: 'albumKey' }
    : { ...range, by: 'placeKeys', towards: range.towards === 'older' ? 'newer' : 'older' };

/** The photos beside one photo of an album. */
interface Neighbours {
  before: Photo | undefined;
  after: Photo | undefined;
}

/**
 * Reads the photos beside one photo in an album, in one snapshot. Undefined if the photo does not stand in it.
 * @throws AppError account-erased, not-found
 */
export async function readAlbumNeighbours(
  { store }: Pick<ReadAlbumsDeps, 'store'>,
  photo: Photo,
  id: AlbumId,
): Promise<(Neighbours & { album: Album }) | undefined> {
  if (photo.trashedAt !== null || photo.albums?.[id] === undefined) return undefined;
  const found = await store.snapshot(photo.user, async (snapshot) => {
    const album = existing(await snapshot.entity(albumRef(id)));
    const range = (towards: 'older' | 'newer') => ({ album: id, ...ordered(album, { towards, limit: 1 }) });
    const from = positionIn(range('older'), photo);
    const [after] = await snapshot.photos({ ...range('older'), from });
    const [before] = await snapshot.photos({ ...range('newer'), from });
    return { album, before, after };
  });
  if (!found) throw accountErased();
  return found;
}
