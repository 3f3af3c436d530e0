import type { Datastore, Key } from '@google-cloud/datastore';
import type { AlbumId, UserId } from '../../runtime/ids.ts';
import { retry } from '../../runtime/retry.ts';
import { isExpiredTransaction } from '../commit/transaction-faults.ts';
import { PhotoKind, UserKind, YearKind } from '../model/entity-kinds.ts';
import { keyOfRef, type EntityRef } from '../model/entity-refs.ts';
import { keyOf, type Kind } from '../model/kind.ts';
import type { RawQuery } from './raw-query.ts';
import type { Row } from './decode-responses.ts';
import type { RawReads, ReadTransaction } from './raw-reads.ts';
import { albumStart } from '../model/sort-keys.ts';
import type { Photo, User, Year } from '../model/records.ts';
import { readTile, TILE_VERSION, tileOf, type Tile, type TileFault } from '../model/tile.ts';

/**
 * The orders of timeline, archive, trash, change feed, what expires, and albums by time and by hand, by the property that
 * holds the position. Search has the two orders of what is not in the trash.
 */
export type PositionProperty =
  | 'timelineKey'
  | 'postedKey'
  | 'archiveKey'
  | 'archivePostedKey'
  | 'trashKey'
  | 'changedKey'
  | 'expiryKey'
  | 'albumKey'
  | 'albumPostedKey'
  | 'placeKeys';

/** Which range of a view to read: at most `limit` photos beyond a position, towards older or newer ones. */
export interface IndexRange {
  by: PositionProperty;
  limit: number;
  towards: 'older' | 'newer';
  /** A position that was handed out earlier, or any other: a text between positions is one too. */
  from?: string | undefined;
  /** Whether what stands at the position is part of the range; it is not unless this says so. */
  including?: boolean | undefined;
  /** Only photos that are favourites, or only those that are none. */
  favourite?: boolean | undefined;
  /** Only photos of this album, in one of its orders. */
  album?: AlbumId | undefined;
  /** Only photos that have all these terms. An array is fulfilled by any of its terms. */
  terms?: readonly (string | readonly string[])[] | undefined;
  /** Only photos at or behind this position, and those before that one. */
  between?: { start?: string | undefined; end?: string | undefined } | undefined;
}

/** Which range of the entities of a kind to read, in the order of one property. */
interface EntityRange extends Omit<IndexRange, 'by' | 'favourite' | 'album' | 'terms' | 'between'> {
  by: string;
}

/** Everything of one user as one read-only transaction sees it. */
export interface Snapshot {
  user: User;
  /** In the order of reading. Those of an album by time are looked up, because its only index is one of tiles. */
  photos(range: IndexRange): Promise<Photo[]>;
  /** The tiles with their positions, in every order but the one by hand: a photo has several positions in that. One read in the orders that have an index of tiles, and one more for each photo
   * whose tile cannot be used; else as many reads as there are photos. */
  tiles(range: IndexRange): Promise<PlacedTile[]>;
  /** The positions alone, from the index: reading a thousand costs as much as reading one photo. */
  positions(range: IndexRange): Promise<string[]>;
  /** One entity, also of a kind that a feature has defined. */
  entity<T>(ref: EntityRef<T>): Promise<T | undefined>;
  /** Entities of a kind, in the order of reading. */
  entities<T>(kind: Kind<T>, range: EntityRange): Promise<T[]>;
  /** By their names, the earliest first. */
  years(): Promise<[name: string, year: Year][]>;
}

/** A photo as lists show it, and its position in the order that was read. */
interface PlacedTile {
  position: string;
  tile: Tile;
}

/** The orders that an index holds with the tiles. People page through the others less often, and each index costs space. */
const WITH_TILES: ReadonlySet<PositionProperty> = new Set(['timelineKey', 'postedKey', 'changedKey']);

/** The order that, without terms, only an index with tiles holds. Each photo of an album has a tile: releases that know albums write tiles. */
const ONLY_WITH_TILES: PositionProperty = 'albumKey';

/** Transactions that are attempted: the transaction of a suspended process expires. */
const ATTEMPTS = 3;

export interface SnapshotDeps {
  datastore: Datastore;
  rawReads: RawReads;
  /** Is told of tiles that are not as this release writes them. Lists read their photos instead. */
  onTileFault?: ((fault: TileFault, photo: string) => void) | undefined;
}

/**
 * Runs `read` in one read-only transaction, which sees one state and makes no writer wait. Undefined without the user.
 * Its reads go one after the other: the first one begins the transaction. If that expires, `read` runs once more.
 */
export function readSnapshot<T>(
  deps: SnapshotDeps,
  id: UserId,
  read: (snapshot: Snapshot) => Promise<T>,
): Promise<T | undefined> {
  return retry(() => readOnce(deps, id, read), { attempts: ATTEMPTS, isRetryable: isExpiredTransaction });
}

async function readOnce<T>(
  { datastore, rawReads, onTileFault }: SnapshotDeps,
  id: UserId,
  read: (snapshot: Snapshot) => Promise<T>,
): Promise<T | undefined> {
  const tx: ReadTransaction = {};
  const key = keyOf(datastore, id, UserKind);
  const [user] = await rawReads.lookUp([key], tx);
  if (!user) return undefined;
  const decoded = UserKind.decode(user.properties, user);
  const readRange = (range: IndexRange) => rawReads.query(photosOf(key, range), tx);
  const readIndex = (range: IndexRange) => rawReads.query({ ...photosOf(key, range), select: [range.by, 'tile'] }, tx);

  async function indexedTiles(range: IndexRange): Promise<PlacedTile[]> {
    const rows = await readIndex(range);
    const read = rows.map((row) => {
      const photo = row.path.at(-1)?.name ?? '';
      return { photo, position: row.properties[range.by] ?? '', tile: readTile(photo, row.properties['tile']) };
    });
    const others = read.flatMap(({ photo, tile }) => (typeof tile === 'string' ? [{ photo, fault: tile }] : []));
    for (const { photo, fault } of others) if (fault !== 'too-long') onTileFault?.(fault, photo);
    const photos = others.map(({ photo }) => keyOf(datastore, id, PhotoKind, photo));
    const found = photos.length === 0 ? [] : await rawReads.lookUp(photos, tx);
    const whole = new Map(found.map((row) => [row.path.at(-1)?.name, tileOf(PhotoKind.decode(row.properties, row))]));
    return read.flatMap(({ photo, position, tile: readOrFault }) => {
      const tile = typeof readOrFault === 'string' ? whole.get(photo) : readOrFault;
      return tile ? [{ position, tile }] : [];
    });
  }

  /** The photos of rows of an index, in their order. */
  async function photosIn(rows: readonly Row[]): Promise<Photo[]> {
    const keys = rows.map((row) => keyOf(datastore, id, PhotoKind, row.path.at(-1)?.name));
    const found = keys.length === 0 ? [] : await rawReads.lookUp(keys, tx);
    const byName = new Map(found.map((row) => [row.path.at(-1)?.name, PhotoKind.decode(row.properties, row)]));
    return rows.flatMap((row) => byName.get(row.path.at(-1)?.name) ?? []);
  }

  return read({
    user: decoded,
    async photos(range) {
      if (range.by === ONLY_WITH_TILES && range.terms === undefined) return photosIn(await readIndex(range));
      return (await readRange(range)).map((row) => PhotoKind.decode(row.properties, row));
    },
    async tiles(range) {
      const { by, favourite } = range;
      if (by === ONLY_WITH_TILES) return indexedTiles(range);
      if (decoded.tiles === TILE_VERSION && WITH_TILES.has(by) && favourite === undefined) return indexedTiles(range);
      const rows = await readRange(range);
      return rows.map((row) => ({
        position: row.properties[by] ?? '',
        tile: tileOf(PhotoKind.decode(row.properties, row)),
      }));
    },
    async positions(range) {
      const rows = await rawReads.query({ ...photosOf(key, range), select: [range.by] }, tx);
      return rows.map(({ properties }) => properties[range.by] ?? '');
    },
    async entity(ref) {
      const [row] = await rawReads.lookUp([keyOfRef(datastore, id, ref)], tx);
      return row && ref.kind.decode(row.properties, row);
    },
    async entities(kind, range) {
      const rows = await rawReads.query({ ...rangeOf(range), kind: kind.name, ancestor: key }, tx);
      return rows.map((row) => kind.decode(row.properties, row));
    },
    async years() {
      const rows = await rawReads.query({ kind: YearKind.name, ancestor: key }, tx);
      return rows.map((row) => [row.path.at(-1)?.name ?? '', YearKind.decode(row.properties, row)]);
    },
  });
}

const BEYOND = {
  older: { including: '<=', excluding: '<' },
  newer: { including: '>=', excluding: '>' },
} as const;

function photosOf(ancestor: Key, { favourite, album, terms = [], between = {}, ...range }: IndexRange): RawQuery {
  const { filters = [], ...query } = rangeOf(range);
  return {
    ...query,
    kind: PhotoKind.name,
    ancestor,
    filters: [
      ...(favourite === undefined ? [] : [['favourite', '=', favourite] as const]),
      ...(album === undefined ? [] : withinAlbum(ancestor.name as UserId, album, range.by)),
      ...terms.map((term) => ['words', typeof term === 'string' ? '=' : 'in', term] as const),
      ...(between.start === undefined ? [] : [[range.by, '>=', between.start] as const]),
      ...(between.end === undefined ? [] : [[range.by, '<', between.end] as const]),
      ...filters,
    ],
  };
}

/** The hand order of all albums is one index: the photos of an album are those between two positions. */
function withinAlbum(user: UserId, album: AlbumId, by: PositionProperty): NonNullable<RawQuery['filters']> {
  if (by === 'albumKey') return [['albums', '=', album]];
  const start = albumStart(user, album);
  return [
    [by, '>=', start],
    [by, '<', `${start}~`],
  ];
}

function rangeOf({
  by,
  limit,
  towards,
  from,
  including = false,
}: EntityRange): Pick<RawQuery, 'filters' | 'order' | 'limit'> {
  const beyond = BEYOND[towards][including ? 'including' : 'excluding'];
  return {
    filters: from === undefined ? [] : [[by, beyond, from]],
    order: { by, descending: towards === 'older' },
    limit,
  };
}
