import { PropertyFilter, type Datastore, type Key, type Query, type Transaction } from '@google-cloud/datastore';
import type { UserId } from './ids.ts';
import { keyOf, PhotoKind, UserKind, YearKind, type Properties } from './kinds.ts';
import type { Photo, User, Year } from './shapes.ts';

/** The orders of timeline, archive, trash, change feed and what expires, by the property that holds the position. */
export type PositionProperty =
  'timelineKey' | 'postedKey' | 'archiveKey' | 'archivePostedKey' | 'trashKey' | 'changedKey' | 'expiryKey';

/** Which stretch of a shelf to read: at most `limit` photos beyond a position, towards older or newer ones. */
export interface Stretch {
  by: PositionProperty;
  limit: number;
  towards: 'older' | 'newer';
  /** A position that was handed out earlier, or any other: a text between positions is one too. */
  from?: string;
  /** Whether what stands at the position is part of the stretch; it is not unless this says so. */
  including?: boolean;
  /** Only photos that are favourites, or only those that are none. */
  favourite?: boolean;
}

/** Everything of one user at one moment. */
export interface Moment {
  user: User;
  /** In the order of reading. */
  stretch(stretch: Stretch): Promise<Photo[]>;
  /** The positions alone, from the index: reading a thousand costs as much as reading one photo. */
  positions(stretch: Stretch): Promise<string[]>;
  /** By their names, the earliest first. */
  years(): Promise<[name: string, year: Year][]>;
}

/**
 * Runs `read` in one read-only transaction, which sees one moment and makes nobody wait. Undefined without the user.
 * Its reads go one after the other: the first one begins the transaction.
 */
export async function readMoment<T>(
  datastore: Datastore,
  id: UserId,
  read: (moment: Moment) => Promise<T>,
): Promise<T | undefined> {
  const tx = datastore.transaction({ readOnly: true });
  const key = keyOf(datastore, id, UserKind);
  const [user] = (await tx.get(key)) as [Properties | undefined];
  if (!user) return undefined;
  const photos = (stretch: Stretch) => queryFor(datastore, key, stretch);
  return read({
    user: UserKind.decode(user),
    stretch: async (stretch) => (await run(tx, photos(stretch))).map((entity) => PhotoKind.decode(entity)),
    positions: async (stretch) =>
      (await run(tx, photos(stretch).select(stretch.by))).map((entity) => String(entity[stretch.by])),
    years: async () =>
      (await run(tx, datastore.createQuery(YearKind.name).hasAncestor(key))).map((entity) => [
        (entity[datastore.KEY as never] as Key).name ?? '',
        YearKind.decode(entity),
      ]),
  });
}

const run = async (tx: Transaction, query: Query) => ((await tx.runQuery(query)) as [Properties[], unknown])[0];

function queryFor(datastore: Datastore, user: Key, stretch: Stretch): Query {
  const { by, limit, towards, from, including = false, favourite } = stretch;
  const older = towards === 'older';
  const query = datastore.createQuery(PhotoKind.name).hasAncestor(user).order(by, { descending: older }).limit(limit);
  if (favourite !== undefined) query.filter(new PropertyFilter('favourite', '=', favourite));
  if (from !== undefined) query.filter(new PropertyFilter(by, `${older ? '<' : '>'}${including ? '=' : ''}`, from));
  return query;
}
