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
import { AlbumKind, albumRef, existing, listKey, type Album } from './album.ts';

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

/** A page of an album. */
export interface AlbumPage<Shown> extends PageWithUser<Shown> {
  album: Album;
}

/**
 * Reads one page of an album as lists show it. By time it costs a read each for user, album and index; by hand, one for each
 * photo instead of the index.
 * @throws AppError account-erased, not-found, cursor-invalid, cursor-mismatch
 */
export const readAlbumTiles = (deps: ReadAlbumsDeps, user: UserId, id: AlbumId, query: PageQuery) =>
  readAlbumPage<{ position: string; tile: Tile }, Tile>(deps, user, id, query, {
    read: async (snapshot, range) =>
      range.by === 'albumKey'
        ? snapshot.tiles(range)
        : (await snapshot.photos(range)).map((photo) => ({ position: positionIn(range, photo), tile: tileOf(photo) })),
    shown: ({ tile }) => tile,
  });

/**
 * Reads one page of an album with the photos themselves, which cost a read each.
 * @throws AppError account-erased, not-found, cursor-invalid, cursor-mismatch
 */
export const readAlbumPhotos = (deps: ReadAlbumsDeps, user: UserId, id: AlbumId, query: PageQuery) =>
  readAlbumPage<{ position: string; photo: Photo }, Photo>(deps, user, id, query, {
    read: async (snapshot, range) =>
      (await snapshot.photos(range)).map((photo) => ({ photo, position: positionIn(range, photo) })),
    shown: ({ photo }) => photo,
  });

const positionIn = ({ by, album = '' as AlbumId }: IndexRange, photo: Photo) =>
  by === 'albumKey'
    ? timelineKey(photo)
    : albumPlace({ user: photo.user, album, rank: photo.albums?.[album] ?? '', photo: photo.id });

async function readAlbumPage<Placed extends { position: string }, Shown>(
  deps: ReadAlbumsDeps,
  user: UserId,
  id: AlbumId,
  { limit, cursor }: PageQuery,
  how: { read(snapshot: Snapshot, range: IndexRange): Promise<Placed[]>; shown(placed: Placed): Shown },
): Promise<AlbumPage<Shown>> {
  const found = await deps.store.snapshot(user, async (snapshot) => {
    const album = existing(await snapshot.entity(albumRef(id)));
    const scope: CursorScope = { user, order: 'album', filter: { album: id, by: album.order } };
    const start = cursor === undefined ? undefined : readPosition(deps, scope, cursor);
    const read = (range: KeysetRange) => how.read(snapshot, { album: id, ...ordered(album, range) });
    const page = await keysetPage(deps, { scope, start, limit }, read);
    return { user: snapshot.user, album, ...page };
  });
  if (!found) throw accountErased();
  return { ...found, items: found.items.map((placed) => how.shown(placed)) };
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
