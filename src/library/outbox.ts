import type { Datastore, Key } from '@google-cloud/datastore';
import type { Clock } from '../clock.ts';
import type { CreateTask } from '../jobs/create-task.ts';
import { jobTask } from '../jobs/job-task.ts';
import type { Log } from '../log.ts';
import type { Enqueued } from './change.ts';
import type { UserId } from './ids.ts';
import { OutboxKind, type Properties } from './kinds.ts';
import type { OutboxRow } from './shapes.ts';

/** Younger rows are most likely being handed over by the request that wrote them. Milliseconds. */
const GRACE = 30_000;
/** Rows handled in one sweep, so that it ends well within a request. */
const SWEEP_PAGE = 100;

export interface OutboxDeps {
  datastore: Datastore;
  clock: Clock;
  log: Log;
  /** May be called twice for the same row. */
  createTask: CreateTask;
}

/** Tasks are created from rows that were committed with the data: they can be repeated, never lost. */
export interface Outbox {
  /** Hands over what was just committed; returns the ids of the rows that have done their work. */
  deliver(user: UserId, enqueued: Enqueued[]): Promise<string[]>;
  /** Hands over what was left behind. A global query: it may miss the newest rows, which the next sweep sees. */
  sweep(): Promise<{ delivered: number; oldestAgeMs: number }>;
}

export function createOutbox({ datastore, clock, log, createTask }: OutboxDeps): Outbox {
  const handOver = async (row: OutboxRow): Promise<boolean> => {
    try {
      await createTask(jobTask({ name: row.job }, row.payload));
      return true;
    } catch (error) {
      log.warn({ err: error, job: row.job }, 'Task not created; the outbox sweep tries again.');
      return false;
    }
  };

  return {
    async deliver(_user, enqueued) {
      const done = await Promise.all(enqueued.map(({ row }) => handOver(row)));
      return enqueued.filter((_, index) => done[index]).map(({ id }) => id);
    },
    async sweep() {
      const [entities] = (await datastore.runQuery(datastore.createQuery(OutboxKind.name).limit(SWEEP_PAGE))) as [
        Properties[],
        unknown,
      ];
      const waiting = entities
        .map((entity) => ({ key: entity[datastore.KEY as never] as Key, row: OutboxKind.decode(entity) }))
        .filter(({ row }) => clock.now() - row.at >= GRACE);
      const done = await Promise.all(waiting.map(({ row }) => handOver(row)));
      const keys = waiting.filter((_, index) => done[index]).map(({ key }) => key);
      if (keys.length > 0) await datastore.delete(keys);
      const oldest = Math.min(clock.now(), ...waiting.map(({ row }) => row.at));
      return { delivered: keys.length, oldestAgeMs: clock.now() - oldest };
    },
  };
}
