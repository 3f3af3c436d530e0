import type { UserId } from '../../runtime/ids.ts';
import type { Photo, User } from '../../data/model/records.ts';
import { postedKey } from '../../data/model/sort-keys.ts';
import type { Store } from '../../data/read/store.ts';
import type { Bounds } from './period.ts';

/** Photos per query. */
const PHOTOS_PER_PAGE = 200;
/** Photos that a mail counts. Beyond them it says `more than 1,000`. */
const MAX_COUNTED = 1000;

/** Photos that a user posted in a period and that are still in the timeline, newest first. */
export interface Posted {
  user: User;
  photos: Photo[];
  /** Whether there are more photos than were read. */
  more: boolean;
}

/** Reads the photos of a period. Returns undefined if there is no such user. */
export async function readPosted(store: Store, user: UserId, { from, to }: Bounds): Promise<Posted | undefined> {
  const photos: Photo[] = [];
  let position = postedKey({ user, postedAt: to, posted: 0 });
  for (;;) {
    const read = await store.range(user, { by: 'postedKey', towards: 'older', limit: PHOTOS_PER_PAGE, from: position });
    if (!read) return undefined;
    const inPeriod = read.photos.filter(({ postedAt }) => postedAt >= from);
    photos.push(...inPeriod);
    const oldest = inPeriod.at(-1);
    if (!oldest || inPeriod.length < PHOTOS_PER_PAGE) return { user: read.user, photos, more: false };
    if (photos.length >= MAX_COUNTED) return { user: read.user, photos, more: true };
    position = postedKey(oldest);
  }
}
