import { PropertyFilter, type Datastore } from '@google-cloud/datastore';
import type { Clock } from '../../runtime/clock.ts';
import { randomText } from '../../runtime/ids.ts';
import { keyOfEntity } from '../../data/model/kind.ts';

/** One call by Cloud Tasks or cron, as the teaching sample records it. */
interface TaskEntry {
  timestamp: Date;
  type: 'cloud task' | 'cron';
}

export interface TaskLogDeps {
  datastore: Datastore;
  clock: Clock;
}

/** Writes a `Task` entity. */
export async function recordTask({ datastore, clock }: TaskLogDeps, type: TaskEntry['type']): Promise<void> {
  await datastore.insert({
    key: datastore.key(['Task', randomText(16)]),
    data: { timestamp: new Date(clock.now()), type },
  });
}

/** Lists the latest entries, newest first. A global query: on a legacy database the newest may be missing. */
export async function latestTasks({ datastore }: TaskLogDeps, limit: number): Promise<TaskEntry[]> {
  const query = datastore.createQuery('Task').order('timestamp', { descending: true }).limit(limit);
  const [entities] = (await datastore.runQuery(query)) as [TaskEntry[], unknown];
  return entities.map(({ timestamp, type }) => ({ timestamp, type }));
}

/** Entities per commit. Datastore accepts 500. */
const ENTITIES_PER_COMMIT = 300;

/** Deletes the entries up to a time, in milliseconds since the Unix epoch. Returns their number. */
export async function deleteTasksBefore({ datastore }: TaskLogDeps, timeMs: number): Promise<number> {
  const old = datastore
    .createQuery('Task')
    .filter(new PropertyFilter('timestamp', '<=', new Date(timeMs)))
    .order('timestamp')
    .select('__key__')
    .limit(ENTITIES_PER_COMMIT);
  let deleted = 0;
  for (let cursor: string | undefined; ;) {
    const query = cursor === undefined ? old : old.start(cursor);
    const [entities, { endCursor }] = (await datastore.runQuery(query)) as [object[], { endCursor?: string }];
    await datastore.delete(entities.map((entity) => keyOfEntity(datastore, entity)));
    deleted += entities.length;
    if (entities.length < ENTITIES_PER_COMMIT) return deleted;
    cursor = endCursor;
  }
}
