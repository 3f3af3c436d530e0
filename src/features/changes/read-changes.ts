import { accountErased } from '../../data/rules/erasure.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { IndexRange, Snapshot } from '../../data/read/snapshot.ts';
import type { Photo, User } from '../../data/model/records.ts';
import { goneAs, type Tile } from '../../data/model/tile.ts';
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

/** A part of the feed: photos in the order of their last change. */
export interface ReadChanges<Shown = Tile | Photo> {
  /** The user in the same snapshot. */
  user: User;
  changes: Changed<Shown>[];
  /** The position after this part. */
  position: FeedPosition;
  /** Whether there are further changes now. */
  more: boolean;
}

/**
 * Reads the changes after a position, at most `limit` photos. A photo that changes again moves to the end of the feed,
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
    read: await readRange(snapshot, range),
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
