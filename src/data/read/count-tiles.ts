import type { Datastore, Query } from '@google-cloud/datastore';
import type { UserId } from '../../runtime/ids.ts';
import { PhotoKind, UserKind } from '../model/entity-kinds.ts';
import { keyOf } from '../model/kind.ts';

/** How many photos of a user the change feed holds, and how many of them have a tile. */
export interface TileCounts {
  photos: number;
  tiles: number;
}

/**
 * Counts a user's photos, tombstones among them, with and without tiles, in one snapshot and from indexes alone: a read for
 * each thousand index entries.
 */
export async function countTiles(datastore: Datastore, user: UserId): Promise<TileCounts> {
  const tx = datastore.transaction({ readOnly: true });
  await tx.run();
  const all = () =>
    datastore
      .createQuery(PhotoKind.name)
      .hasAncestor(keyOf(datastore, user, UserKind))
      .order('changedKey');
  const count = async (query: Query) => {
    const [[counts]] = (await tx.runAggregationQuery(datastore.createAggregationQuery(query).count('n'))) as [
      [{ n: number }?],
      unknown,
    ];
    return counts?.n ?? 0;
  };
  return { photos: await count(all()), tiles: await count(all().order('tile')) };
}
