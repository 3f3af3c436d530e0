import { accountErased } from '../../data/rules/erasure.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { IndexRange, Snapshot } from '../../data/read/snapshot.ts';
import type { Photo, User } from '../../data/model/records.ts';
import { goneAs, type Tile } from '../../data/model/tile.ts';
import { AlbumKind, isDeleted, type Album } from '../albums/album.ts';
import { feedPosition, sequenceIn } from '../../data/model/sort-keys.ts';
import type { Store } from '../../data/read/store.ts';
import { requireGapless, type FeedPosition } from './feed-token.ts';

export interface ChangesDeps {
  store: Store;
}

/** A photo in the feed, as it is now. */
interface Changed<Shown> {
  /** The sequence of its last change. */
  sequence: number;
  /** Why it is gone; undefined while it is there. */
  gone: Tile['gone'];
  shown: Shown;
}

/** An album in the feed, as it is now. */
interface ChangedAlbum {
  sequence: number;
  gone: 'deleted' | undefined;
  album: Album;
}

/** A part of the feed: photos and albums in the order of their last change. */
export interface ReadChanges<Shown = Tile | Photo> {
  /** The user in the same snapshot. */
  user: User;
  changes: (Changed<Shown> | ChangedAlbum)[];
  /** The position after this part. */
  position: FeedPosition;
  /** Whether there are further changes now. */
  more: boolean;
}

/**
 * Reads the changes after a position, at most `limit`. A photo or album that changes again moves to the end of the feed,
 * so that a reader misses nothing that is written meanwhile.
 * @throws AppError account-erased, resync
 */
export const readChanges = (deps: ChangesDeps, id: UserId, position: FeedPosition, limit: number) =>
  readFeed<Tile>(deps, id, position, limit, async (snapshot, range) =>
    (await snapshot.tiles(range)).map(({ position: at, tile }) => ({
      sequence: sequenceIn(at),
      gone: tile.gone,
      shown: tile,
    })),
  );

/** The same with the photos themselves: no tile has all of them. */
export const readWholeChanges = (deps: ChangesDeps, id: UserId, position: FeedPosition, limit: number) =>
  readFeed<Photo>(deps, id, position, limit, async (snapshot, range) =>
    (await snapshot.photos(range)).map((photo) => ({
      sequence: photo.changed,
      gone: goneAs(photo),
      shown: photo,
    })),
  );

async function readFeed<Shown>(
  { store }: ChangesDeps,
  id: UserId,
  { after, since }: FeedPosition,
  limit: number,
  readRange: (snapshot: Snapshot, range: IndexRange) => Promise<Changed<Shown>[]>,
): Promise<ReadChanges<Shown>> {
  const range: IndexRange = { by: 'changedKey', towards: 'newer', limit: limit + 1, from: feedPosition(id, after) };
  const feed = await store.snapshot(id, async (snapshot) => ({
    user: snapshot.user,
    read: await withAlbums(snapshot, range, after, await readRange(snapshot, range)),
  }));
  if (!feed) throw accountErased();
  const { user, read } = feed;
  requireGapless({ after, since }, user);
  const more = read.length > limit;
  const changes = read.slice(0, limit);
  return {
    user,
    changes: changes.filter(({ gone, sequence }) => gone === undefined || sequence > since),
    position: { after: more ? (changes.at(-1)?.sequence ?? after) : user.sequence, since },
    more,
  };
}

/** Both parts begin after the position, and each has as many changes as the page may have. */
async function withAlbums<Shown>(
  snapshot: Snapshot,
  { from, limit, towards }: IndexRange,
  after: number,
  photos: Changed<Shown>[],
): Promise<(Changed<Shown> | ChangedAlbum)[]> {
  if ((snapshot.user.albumsChanged ?? 0) <= after) return photos;
  const found = await snapshot.entities(AlbumKind, { by: 'changedKey', from, limit, towards });
  const albums = found.map(changedAlbum);
  return [...photos, ...albums].sort((a, b) => a.sequence - b.sequence).slice(0, limit);
}

const changedAlbum = (album: Album): ChangedAlbum => ({
  sequence: album.changed,
  gone: isDeleted(album) ? 'deleted' : undefined,
  album,
});
