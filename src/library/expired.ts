import { PropertyFilter, type Datastore, type Key, type Query } from '@google-cloud/datastore';
import type { UserId } from './ids.ts';
import type { Properties } from './kinds.ts';
import { endIn, EXPIRY_SHARDS, expiryKey } from './sort-keys.ts';

/** Rows of one shard that a sweep handles in one run, so that it ends well within a request. */
const SHARD_LIMIT = 20;

/** When a row goes: as what it is, or, of a photo in the trash, from there. */
export type ExpiryProperty = 'expiryKey' | 'purgeKey';

interface Shard {
  property: ExpiryProperty;
  shard: string;
  now?: number;
}

/** A row that has expired, and whose it is. */
export interface Expired {
  user: UserId;
  name: string;
}

/**
 * Some of the rows of a kind that have expired by `now`, at most 320. Global queries: they may miss the newest rows, and
 * may show one that has gone; whoever acts on it looks again in a transaction.
 */
export async function findExpired(
  datastore: Datastore,
  kind: { name: string },
  now: number,
  property: ExpiryProperty = 'expiryKey',
): Promise<Expired[]> {
  const found = await Promise.all(EXPIRY_SHARDS.map((shard) => findInShard(datastore, kind, { property, shard, now })));
  return found.flat();
}

/** The rows of one shard, what expires first in front; those that have expired by `now`, if that is given. */
const inShard = (query: Query, { property, shard, now }: Shard): Query =>
  query
    .filter(new PropertyFilter(property, '>=', `${shard}|`))
    .filter(new PropertyFilter(property, '<=', now === undefined ? `${shard}}` : expiryKey(shard, now)));

async function findInShard(datastore: Datastore, { name: kind }: { name: string }, shard: Shard) {
  const query = inShard(datastore.createQuery(kind), shard).select('__key__').limit(SHARD_LIMIT);
  const [entities] = (await datastore.runQuery(query)) as [Properties[], unknown];
  return entities.map((entity) => {
    const { parent, name } = entity[datastore.KEY as never] as Key;
    return { user: parent?.name as UserId, name: name ?? '' };
  });
}

/** The earliest end among the rows of a kind, expired or not, in milliseconds since the Unix epoch. */
export async function earliestEnd(datastore: Datastore, { name: kind }: { name: string }): Promise<number | undefined> {
  const found = await Promise.all(
    EXPIRY_SHARDS.map(async (shard) => {
      const query = inShard(datastore.createQuery(kind), { property: 'expiryKey', shard }).select('expiryKey').limit(1);
      const [entities] = (await datastore.runQuery(query)) as [Properties[], unknown];
      return entities.map((entity) => endIn(String(entity['expiryKey'])));
    }),
  );
  const ends = found.flat();
  return ends.length > 0 ? Math.min(...ends) : undefined;
}
