import { PropertyFilter, type Datastore } from '@google-cloud/datastore';
import type { Clock } from '../../runtime/clock.ts';
import type { UserId } from '../../runtime/ids.ts';
import { UserKind } from '../../data/model/entity-kinds.ts';
import { keyOfEntity, type Properties } from '../../data/model/kind.ts';
import { isPublic } from '../../data/rules/suspension.ts';
import { PUBLIC_SHARDS } from '../../data/model/sort-keys.ts';
import type { Store } from '../../data/read/store.ts';
import { ExpiringCache } from './expiring-cache.ts';

/** A timeline that everyone may read. */
export interface PublicTimeline {
  handle: string;
  displayName: string;
}

const SHOWN = 24;
/** Time for which the candidates are kept: strangers look more often than timelines become public. */
const MEMORY_MS = 60_000;

interface PublicTimelinesDeps {
  datastore: Datastore;
  clock: Clock;
  store: Store;
}

/**
 * Returns a function that lists the timelines that became public last. The candidates come from global queries and may
 * be a minute old. One call looks up which of them are still public.
 */
export function publicTimelines({ datastore, clock, store }: PublicTimelinesDeps): () => Promise<PublicTimeline[]> {
  const candidates = new ExpiringCache<UserId[]>({ clock }, 1);
  return async () => {
    const ids = await candidates.get('', async () => ({
      value: await findNewest(datastore),
      until: clock.now() + MEMORY_MS,
    }));
    const users = await Promise.all(ids.map((id) => store.user(id)));
    return users.flatMap((user) =>
      user && isPublic(user) ? [{ handle: user.handle, displayName: user.displayName }] : [],
    );
  };
}

async function findNewest(datastore: Datastore): Promise<UserId[]> {
  const found = await Promise.all(PUBLIC_SHARDS.map((shard) => findInShard(datastore, shard)));
  const newestFirst = found.flat().sort((a, b) => (a.since < b.since ? 1 : -1));
  return newestFirst.slice(0, SHOWN).map(({ id }) => id);
}

async function findInShard(datastore: Datastore, shard: string): Promise<{ id: UserId; since: string }[]> {
  const query = datastore
    .createQuery(UserKind.name)
    .filter(new PropertyFilter('publicKey', '>=', `${shard}|`))
    .filter(new PropertyFilter('publicKey', '<', `${shard}}`))
    .order('publicKey', { descending: true })
    .select('publicKey')
    .limit(SHOWN);
  const [entities] = (await datastore.runQuery(query)) as [Properties[], unknown];
  return entities.map((entity) => ({
    id: keyOfEntity(datastore, entity).name as UserId,
    since: String(entity['publicKey']).slice(shard.length + 1),
  }));
}
