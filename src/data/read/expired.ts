import { PropertyFilter, type Datastore, type Key, type Query } from '@google-cloud/datastore';
import type { UserId } from '../../runtime/ids.ts';
import { keyOfEntity, type Kind, type Properties } from '../model/kind.ts';
import { EXPIRY_SHARDS, expiryKey } from '../model/sort-keys.ts';

/** Entities that one query finds in a shard. With 16 shards a batch stays below the 500 writes of one commit. */
const SHARD_LIMIT = 20;

/** The longest that one sweep runs: well within the ten minutes of a request. */
const SWEEP_TIME_MS = 5 * 60_000;

/** When an entity is deleted; `purgeKey` is that of a photo in the trash. */
type ExpiryProperty = 'expiryKey' | 'purgeKey';

interface Shard {
  property: ExpiryProperty;
  shard: string;
  now?: number;
}

/** Where a sweep is in a shard: at its beginning, or behind the entities that it has found. */
interface Place extends Shard {
  cursor?: string | undefined;
}

/** An entity that has expired, and its user. Of an entity without a user, `user` is the name of its parent. */
export interface Expired {
  user: UserId;
  name: string;
  key: Key;
}

/**
 * The entities of a kind that have expired by `now`, in batches of at most 320, until there are no more or five minutes
 * have passed. These are global queries: they may miss the newest entities, and may show one that is deleted. The caller
 * checks each one in a transaction. An entity that is not deleted is found by the next sweep, not by this one.
 */
export async function* findExpired(
  datastore: Datastore,
  kind: { name: string },
  now: number,
  property: ExpiryProperty = 'expiryKey',
): AsyncGenerator<Expired[], void> {
  const until = performance.now() + SWEEP_TIME_MS;
  let places: Place[] = EXPIRY_SHARDS.map((shard) => ({ property, shard, now }));
  while (places.length > 0 && performance.now() < until) {
    const pages = await Promise.all(places.map((place) => findInShard(datastore, kind, place)));
    const found = pages.flatMap(({ entities }) => entities);
    if (found.length > 0) yield found;
    places = pages.flatMap(({ next }) => next ?? []);
  }
}

/** The users of the entities of a kind that have expired by `now`: each user in one batch only. */
export async function* findUsersOfExpired(...about: Parameters<typeof findExpired>): AsyncGenerator<UserId[], void> {
  const known = new Set<UserId>();
  for await (const found of findExpired(...about)) {
    const users = [...new Set(found.map(({ user }) => user))].filter((user) => !known.has(user));
    users.forEach((user) => known.add(user));
    if (users.length > 0) yield users;
  }
}

/** The entities of one shard that have expired by `now`, or all without it. The first to expire comes first. */
const inShard = (query: Query, { property, shard, now }: Shard): Query =>
  query
    .filter(new PropertyFilter(property, '>=', `${shard}|`))
    .filter(new PropertyFilter(property, '<=', now === undefined ? `${shard}}` : expiryKey(shard, now)));

async function findInShard(datastore: Datastore, { name: kind }: { name: string }, place: Place) {
  const all = inShard(datastore.createQuery(kind), place).select('__key__').limit(SHARD_LIMIT);
  const query = place.cursor === undefined ? all : all.start(place.cursor);
  const [entities, { endCursor }] = (await datastore.runQuery(query)) as [Properties[], { endCursor?: string }];
  const page = entities.map((entity) => expiredOf(datastore, entity));
  return { entities: page, next: page.length < SHARD_LIMIT ? undefined : { ...place, cursor: endCursor } };
}

/** Where an expiring entity is, and its value. */
interface ExpiredEntity<T> {
  found: Expired;
  value: T;
}

/** In each shard the entities of a kind that expire first, at most `limit`, whether they have expired or not. */
export async function findEarliest<T>(datastore: Datastore, kind: Kind<T>, limit: number): Promise<ExpiredEntity<T>[]> {
  const found = await Promise.all(
    EXPIRY_SHARDS.map(async (shard) => {
      const query = inShard(datastore.createQuery(kind.name), { property: 'expiryKey', shard }).limit(limit);
      const [entities] = (await datastore.runQuery(query)) as [Properties[], unknown];
      return entities.map((entity) => {
        const found = expiredOf(datastore, entity);
        return { found, value: kind.decode(entity, found.key) };
      });
    }),
  );
  return found.flat();
}

function expiredOf(datastore: Datastore, entity: Properties): Expired {
  const key = keyOfEntity(datastore, entity);
  return { user: key.parent?.name as UserId, name: key.name ?? '', key };
}
