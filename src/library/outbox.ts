import type { Datastore } from '@google-cloud/datastore';
import type { Clock } from '../clock.ts';
import type { CreateTask } from '../jobs/create-task.ts';
import { jobTask } from '../jobs/job-task.ts';
import type { Log } from '../log.ts';
import type { Enqueued } from './change.ts';
import { earliestEnd, findExpired, type Expired } from './expired.ts';
import type { UserId } from './ids.ts';
import { keyOf, OutboxKind } from './kinds.ts';
import { lookUp } from './lookup.ts';
import { OUTBOX_GRACE, type OutboxRow } from './shapes.ts';

export interface OutboxDeps {
  datastore: Datastore;
  clock: Clock;
  log: Log;
  /** May be called twice for the same row. */
  createTask: CreateTask;
  /** Told of every row that was to become a task. */
  count(outcome: 'created' | 'failed'): void;
}

/** Tasks are created from rows that were committed with the data: they can be repeated, never lost. */
export interface Outbox {
  /** Hands over what was just committed; returns the ids of the rows that have done their work. */
  deliver(user: UserId, enqueued: Enqueued[]): Promise<string[]>;
  /** Hands over what was left behind; returns how many rows. */
  sweep(): Promise<number>;
  /** How long the oldest row has waited, in milliseconds; 0 without rows. Over some minutes something is wrong. */
  oldestAge(): Promise<number>;
}

export function createOutbox(deps: OutboxDeps): Outbox {
  const { datastore, clock } = deps;
  return {
    async deliver(_user, enqueued) {
      const done = await Promise.all(enqueued.map(({ row }) => handOver(deps, row)));
      return enqueued.filter((_, index) => done[index]).map(({ id }) => id);
    },
    async sweep() {
      let all = 0;
      for await (const found of findExpired(datastore, OutboxKind, clock.now()))
        all += await handOverFound(deps, found);
      return all;
    },
    async oldestAge() {
      const end = await earliestEnd(datastore, OutboxKind);
      return end === undefined ? 0 : Math.max(0, clock.now() - (end - OUTBOX_GRACE));
    },
  };
}

/** The rows are looked up again: a global query may show one that has gone. */
async function handOverFound(deps: OutboxDeps, found: Expired[]): Promise<number> {
  const { datastore } = deps;
  const keys = found.map(({ user, name }) => keyOf(datastore, user, OutboxKind, name));
  const rows = await lookUp(
    datastore,
    datastore,
    keys.map((key) => ({ key, kind: OutboxKind })),
  );
  const done = await Promise.all(rows.map(async (row) => row !== undefined && handOver(deps, row)));
  const delivered = keys.filter((_, index) => done[index]);
  if (delivered.length > 0) await datastore.delete(delivered);
  return delivered.length;
}

async function handOver({ createTask, count, log }: OutboxDeps, row: OutboxRow): Promise<boolean> {
  const { job, payload, notBefore: at } = row;
  try {
    await createTask(jobTask({ name: job }, payload, at === undefined ? {} : { at }));
    count('created');
    return true;
  } catch (error) {
    count('failed');
    log.warn({ err: error, job }, 'Task not created; the outbox sweep tries again.');
    return false;
  }
}
