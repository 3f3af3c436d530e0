import { accountErased } from '../../data/rules/erasure.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Photo, User } from '../../data/model/records.ts';
import { feedPosition } from '../../data/model/sort-keys.ts';
import type { Store } from '../../data/read/store.ts';
import { requireGapless, type FeedPosition } from './feed-token.ts';

export interface ChangesDeps {
  store: Store;
}

/** A part of the feed: photos in the order of their last change, each as it is now. */
export interface ReadChanges {
  /** The user in the same snapshot. */
  user: User;
  photos: Photo[];
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
export async function readChanges(
  { store }: ChangesDeps,
  id: UserId,
  { after, since }: FeedPosition,
  limit: number,
): Promise<ReadChanges> {
  const from = feedPosition(id, after);
  const read = await store.range(id, { by: 'changedKey', towards: 'newer', limit: limit + 1, from });
  if (!read) throw accountErased();
  const { user } = read;
  requireGapless({ after, since }, user);
  const more = read.photos.length > limit;
  const photos = read.photos.slice(0, limit);
  return {
    user,
    photos: photos.filter((photo) => photo.trashedAt === null || photo.changed > since),
    position: { after: more ? (photos.at(-1)?.changed ?? after) : user.sequence, since },
    more,
  };
}
