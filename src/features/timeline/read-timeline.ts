import { z } from 'zod';
import { accountErased } from '../../data/rules/erasure.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Snapshot, PositionProperty, IndexRange } from '../../data/read/snapshot.ts';
import type { Photo, User } from '../../data/model/records.ts';
import { postedKey, timelineKey, trashKey } from '../../data/model/sort-keys.ts';
import type { Store } from '../../data/read/store.ts';
import { readCursor, signCursor, type CursorScope } from '../../signing/cursor.ts';
import type { SigningKeys } from '../../signing/keys.ts';

/** By the time of capture, of posting, or, in the trash, of going there. */
export type TimelineOrder = 'taken' | 'posted' | 'trashed';

export interface TimelineQuery {
  limit: number;
  order: TimelineOrder;
  cursor?: string | undefined;
  /**
   * A year, month or day, such as `2019-07`: the newest photo that is not after it comes first. A cursor goes before.
   */
  from?: string | undefined;
  favourite?: boolean | undefined;
  archived?: boolean | undefined;
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

/** How each order is stored on its shelves, and how a photo's position in it is told. */
const ORDERS = {
  taken: { by: 'timelineKey', archivedBy: 'archiveKey', positionOf: timelineKey },
  posted: { by: 'postedKey', archivedBy: 'archivePostedKey', positionOf: postedKey },
  trashed: { by: 'trashKey', archivedBy: 'trashKey', positionOf: trashKey },
} as const satisfies Record<TimelineOrder, Record<'by' | 'archivedBy', PositionProperty> & { positionOf: PositionOf }>;

type PositionOf = (photo: Photo) => string;

/**
 * A cursor is a position that a photo had, and the direction to read on: nothing that is inserted can shift it. `here`
 * has what stands at the position read as well.
 */
const Position = z.object({ at: z.string(), to: z.enum(['older', 'newer']), here: z.literal(true).optional() });
type Position = z.infer<typeof Position>;

/**
 * One page of a user's timeline, archive or trash, from one moment.
 * @throws AppError `account-erased` without the user, `cursor-invalid`, `cursor-mismatch`
 */
export async function readTimeline(deps: TimelineDeps, user: UserId, query: TimelineQuery): Promise<TimelinePage> {
  const start = startOf(deps, user, query);
  const page = await deps.store.moment(user, (moment) => pageAt(deps, moment, user, query, start));
  if (!page) throw accountErased();
  return page;
}

/** The first page, as a part of what else is read of a moment. */
export const firstPage = (deps: TimelineDeps, moment: Snapshot, user: UserId, limit: number): Promise<TimelinePage> =>
  pageAt(deps, moment, user, { limit, order: 'taken' }, undefined);

/** Where the page begins, unless that is the start. */
function startOf(deps: TimelineDeps, user: UserId, query: TimelineQuery): Position | undefined {
  if (query.cursor !== undefined) return readCursor(deps, scopeOf(user, query), query.cursor, Position);
  // Behind everything whose time begins like this: no time has such a letter.
  return query.from === undefined ? undefined : { at: `${user}|${query.from}~`, to: 'older' };
}

const scopeOf = (user: UserId, { order, favourite, archived }: TimelineQuery): CursorScope => ({
  user,
  order,
  filter: { favourite, archived: archived === true ? true : undefined },
});

async function pageAt(
  deps: TimelineDeps,
  moment: Snapshot,
  user: UserId,
  query: TimelineQuery,
  start: Position | undefined,
): Promise<TimelinePage> {
  const { limit, order, favourite, archived = false } = query;
  const { by, archivedBy, positionOf } = ORDERS[order];
  const list = { by: archived ? archivedBy : by, ...(favourite === undefined ? {} : { favourite }) };
  const towards = start?.to ?? 'older';
  const from = start === undefined ? {} : { from: start.at, including: start.here === true };
  const read = await moment.photos({ ...list, ...from, towards, limit: limit + 1 });
  const newerThanPeriod = query.cursor === undefined && start ? await isAnythingNewer(moment, list, start) : false;

  const beyond = read.length > limit;
  const photos = towards === 'older' ? read.slice(0, limit) : read.slice(0, limit).toReversed();
  // Where the walk came from there was something; where it goes, one photo more than asked for tells.
  const older = towards === 'older' ? beyond : true;
  const newer = towards === 'newer' ? beyond : query.cursor !== undefined || newerThanPeriod;
  // From an empty page the way leads back to where it began, and to the very photo there.
  const cursor = (photo: Photo | undefined, to: Position['to']) =>
    signCursor(deps, scopeOf(user, query), photo ? { at: positionOf(photo), to } : { ...start, to, here: true });
  return {
    user: moment.user,
    photos,
    next: older ? cursor(photos.at(-1), 'older') : null,
    prev: newer ? cursor(photos[0], 'newer') : null,
  };
}

async function isAnythingNewer(moment: Snapshot, list: Pick<IndexRange, 'by' | 'favourite'>, { at }: Position) {
  return (await moment.photos({ ...list, from: at, towards: 'newer', limit: 1 })).length > 0;
}
