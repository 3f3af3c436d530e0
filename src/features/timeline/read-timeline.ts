import { accountErased } from '../../data/rules/erasure.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Snapshot, PositionProperty, IndexRange } from '../../data/read/snapshot.ts';
import type { Photo, User } from '../../data/model/records.ts';
import type { Tile } from '../../data/model/tile.ts';
import { postedKey, timelineKey, trashKey } from '../../data/model/sort-keys.ts';
import type { Store } from '../../data/read/store.ts';
import type { CursorScope } from '../../signing/cursor.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { keysetPage, readPosition, type Position } from './keyset-page.ts';

/** By the time of capture, by the time of posting, or, in the trash, by the time of moving there. */
export type TimelineOrder = 'taken' | 'posted' | 'trashed';

export interface TimelineQuery {
  limit: number;
  order: TimelineOrder;
  cursor?: string | undefined;
  /** A year, month or day, such as `2019-07`: the page starts at its newest photo. Ignored if there is a cursor. */
  from?: string | undefined;
  favourite?: boolean | undefined;
  archived?: boolean | undefined;
}

/** One page, newest first, and the user in the same snapshot. */
export interface TimelinePage<Shown = Photo> {
  user: User;
  photos: Shown[];
  next: string | null;
  prev: string | null;
}

export interface TimelineDeps {
  store: Store;
  signingKeys: SigningKeys;
}

/** The properties that hold each order, in the timeline and in the archive, and a photo's position in it. */
const ORDERS = {
  taken: { by: 'timelineKey', archivedBy: 'archiveKey', positionOf: timelineKey },
  posted: { by: 'postedKey', archivedBy: 'archivePostedKey', positionOf: postedKey },
  trashed: { by: 'trashKey', archivedBy: 'trashKey', positionOf: trashKey },
} as const satisfies Record<TimelineOrder, Record<'by' | 'archivedBy', PositionProperty> & { positionOf: PositionOf }>;

type PositionOf = (photo: Photo) => string;

/**
 * Reads one page of a user's timeline, archive or trash in one snapshot.
 * @throws AppError account-erased, cursor-invalid, cursor-mismatch
 */
export const readTimeline = (deps: TimelineDeps, user: UserId, query: TimelineQuery): Promise<TimelinePage> =>
  readPage(deps, user, query, photosIn);

/**
 * Reads one page as lists show it, with as few reads as that takes: from an index if possible.
 * @throws AppError account-erased, cursor-invalid, cursor-mismatch
 */
export const readTiles = (deps: TimelineDeps, user: UserId, query: TimelineQuery): Promise<TimelinePage<Tile>> =>
  readPage(deps, user, query, tilesIn);

async function readPage<Shown>(
  deps: TimelineDeps,
  user: UserId,
  query: TimelineQuery,
  read: PageReader<Shown>,
): Promise<TimelinePage<Shown>> {
  const start = startOf(deps, user, query);
  const page = await deps.store.snapshot(user, (snapshot) => read(deps, snapshot, user, query, start));
  if (!page) throw accountErased();
  return page;
}

/** Reads a page in a snapshot, which may read other data too. Without `start` it is the first page. */
type PageReader<Shown> = (
  deps: TimelineDeps,
  snapshot: Snapshot,
  user: UserId,
  query: TimelineQuery,
  start?: Position,
) => Promise<TimelinePage<Shown>>;

export const photosIn: PageReader<Photo> = async (deps, snapshot, user, query, start) => {
  const { positionOf } = ORDERS[query.order];
  const page = await pageAt(deps, snapshot, user, query, start, async (range) =>
    (await snapshot.photos(range)).map((photo) => ({ photo, position: positionOf(photo) })),
  );
  return { ...page, photos: page.photos.map(({ photo }) => photo) };
};

export const tilesIn: PageReader<Tile> = async (deps, snapshot, user, query, start) => {
  const page = await pageAt(deps, snapshot, user, query, start, (range) => snapshot.tiles(range));
  return { ...page, photos: page.photos.map(({ tile }) => tile) };
};

/** The photos beside one photo of a list. */
interface Neighbours {
  newer: Photo | undefined;
  older: Photo | undefined;
}

/**
 * Reads the photos beside one photo in a list, in one snapshot. The photo need not stand in the list itself.
 * @throws AppError account-erased
 */
export async function readNeighbours(
  { store }: Pick<TimelineDeps, 'store'>,
  photo: Photo,
  { order, favourite, archived = false }: Pick<TimelineQuery, 'order' | 'favourite' | 'archived'>,
): Promise<Neighbours> {
  const { by, archivedBy, positionOf } = ORDERS[order];
  const range = { by: archived ? archivedBy : by, favourite, from: positionOf(photo), limit: 1 };
  const found = await store.snapshot(photo.user, async (snapshot) => {
    const [newer] = await snapshot.photos({ ...range, towards: 'newer' });
    const [older] = await snapshot.photos({ ...range, towards: 'older' });
    return { newer, older };
  });
  if (!found) throw accountErased();
  return found;
}

/** Returns the position where the page begins. Undefined: it begins at the newest photo. */
function startOf(deps: TimelineDeps, user: UserId, query: TimelineQuery): Position | undefined {
  if (query.cursor !== undefined) return readPosition(deps, scopeOf(user, query), query.cursor);
  // `~` sorts after every character of a time, so this is the position after all times with this prefix.
  return query.from === undefined ? undefined : { at: `${user}|${query.from}~`, to: 'older' };
}

const scopeOf = (user: UserId, { order, favourite, archived }: TimelineQuery): CursorScope => ({
  user,
  order,
  filter: { favourite, archived: archived === true ? true : undefined },
});

async function pageAt<Placed extends { position: string }>(
  deps: TimelineDeps,
  snapshot: Snapshot,
  user: UserId,
  query: TimelineQuery,
  start: Position | undefined,
  readRange: (range: IndexRange) => Promise<Placed[]>,
): Promise<TimelinePage<Placed>> {
  const { limit, order, favourite, archived = false } = query;
  const { by, archivedBy } = ORDERS[order];
  const list = { by: archived ? archivedBy : by, favourite };
  const isPeriod = query.cursor === undefined && start !== undefined;
  const page = await keysetPage(deps, { scope: scopeOf(user, query), start, limit }, (range) =>
    readRange({ ...list, ...range }),
  );
  // Before the first photo of a period there may be none.
  const prev = isPeriod && !(await isAnythingNewer(snapshot, list, start)) ? null : page.prev;
  return { user: snapshot.user, photos: page.items, next: page.next, prev };
}

async function isAnythingNewer(snapshot: Snapshot, list: Pick<IndexRange, 'by' | 'favourite'>, { at }: Position) {
  return (await snapshot.positions({ ...list, from: at, towards: 'newer', limit: 1 })).length > 0;
}
