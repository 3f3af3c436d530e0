import { z } from 'zod';
import { AppError } from '../http/errors.ts';
import type { UserId } from '../library/ids.ts';
import { postedKey, timelineKey, trashKey } from '../library/sort-keys.ts';
import type { Photo, User } from '../library/shapes.ts';
import type { PositionProperty, Store } from '../library/store.ts';
import { readCursor, signCursor, type CursorScope } from '../signing/cursor.ts';
import type { SigningKeys } from '../signing/keys.ts';

/** By the time of capture, of posting, or, in the trash, of going there. */
export type TimelineOrder = 'taken' | 'posted' | 'trashed';

export interface TimelineQuery {
  limit: number;
  order: TimelineOrder;
  cursor?: string | undefined;
}

/** One page, newest first, and the moment that it shows. */
export interface TimelinePage {
  user: User;
  photos: Photo[];
  next: string | null;
  prev: string | null;
}

export interface TimelineDeps {
  store: Store;
  signingKeys: SigningKeys;
}

/** How each order is stored, and how a photo's position in it is told. */
const ORDERS = {
  taken: { by: 'timelineKey', positionOf: timelineKey },
  posted: { by: 'postedKey', positionOf: postedKey },
  trashed: { by: 'trashKey', positionOf: trashKey },
} as const satisfies Record<TimelineOrder, { by: PositionProperty; positionOf(photo: Photo): string }>;

/** A cursor is a position that a photo had, and the direction to read on: nothing that is inserted can shift it. */
const Position = z.object({ at: z.string(), to: z.enum(['older', 'newer']) });

/**
 * One page of a user's timeline, from one moment. Throws not-found without the user, cursor-invalid, cursor-mismatch.
 */
export async function readTimeline(deps: TimelineDeps, user: UserId, query: TimelineQuery): Promise<TimelinePage> {
  const scope: CursorScope = { user, order: query.order };
  const position = query.cursor === undefined ? undefined : readCursor({ ...deps }, scope, query.cursor, Position);
  const towards = position?.to ?? 'older';
  const { by, positionOf } = ORDERS[query.order];
  const read = await deps.store.stretch(user, {
    by,
    towards,
    limit: query.limit + 1,
    ...(position ? { from: position.at } : {}),
  });
  if (!read) throw new AppError('not-found', 'There is no such timeline.');

  const beyond = read.photos.length > query.limit;
  const inReadingOrder = read.photos.slice(0, query.limit);
  const photos = towards === 'older' ? inReadingOrder : inReadingOrder.toReversed();
  const cursor = (photo: Photo | undefined, to: 'older' | 'newer') =>
    photo ? signCursor(deps, scope, { at: positionOf(photo), to }) : null;
  // Where the walk came from there was something; where it goes, one photo more than asked for tells.
  const older = towards === 'older' ? beyond : true;
  const newer = towards === 'newer' ? beyond : position !== undefined;
  return {
    user: read.user,
    photos,
    next: older ? cursor(photos.at(-1), 'older') : null,
    prev: newer ? cursor(photos[0], 'newer') : null,
  };
}
