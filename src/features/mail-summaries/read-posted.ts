import type { UserId } from '../../runtime/ids.ts';
import type { Photo, User } from '../../data/model/records.ts';
import { postedKey } from '../../data/model/sort-keys.ts';
import type { Store } from '../../data/read/store.ts';
import type { Bounds } from './period.ts';

/** Photos read at a time, and in all: a summary that says `more than 1,000` is as good as one that counts on. */
const PAGE = 200;
const MOST = 1000;

/** What a user posted in a period, and what of it is still in the timeline, newest first. */
export interface Posted {
  user: User;
  photos: Photo[];
  /** There are more than were read. */
  more: boolean;
}

/** Undefined without the user. */
export async function readPosted(store: Store, user: UserId, { from, to }: Bounds): Promise<Posted | undefined> {
  const photos: Photo[] = [];
  let position = postedKey({ user, postedAt: to, posted: 0 });
  for (;;) {
    const read = await store.stretch(user, { by: 'postedKey', towards: 'older', limit: PAGE, from: position });
    if (!read) return undefined;
    const inPeriod = read.photos.filter(({ postedAt }) => postedAt >= from);
    photos.push(...inPeriod);
    const oldest = inPeriod.at(-1);
    if (!oldest || inPeriod.length < PAGE) return { user: read.user, photos, more: false };
    if (photos.length >= MOST) return { user: read.user, photos, more: true };
    position = postedKey(oldest);
  }
}
