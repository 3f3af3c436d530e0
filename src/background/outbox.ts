import type { Datastore } from '@google-cloud/datastore';
import type { Clock } from '../runtime/clock.ts';
import type { CreateTask } from './create-task.ts';
import { jobTask } from './job-task.ts';
import type { Log } from '../runtime/log.ts';
import type { Enqueued } from '../data/rules/outbox-changes.ts';
import { findEarliest, findExpired, type Expired } from '../data/read/expired.ts';
import type { UserId } from '../runtime/ids.ts';
import { OutboxKind } from '../data/model/entity-kinds.ts';
import { keyOf } from '../data/model/kind.ts';
import { lookup } from '../data/commit/lookup.ts';
import type { OutboxEntry } from '../data/model/records.ts';

interface OutboxDeps {
  datastore: Datastore;
  clock: Clock;
  log: Log;
  /** May be called twice for the same entry. */
  createTask: CreateTask;
  /** Counts each entry for which a task was to be created. */
  count(outcome: 'created' | 'failed'): void;
}

/** Creates tasks from entries that were committed with the data: a task may be repeated, and is never lost. */
export interface Outbox {
  /** Creates the tasks of entries that were just committed; returns the ids of those entries that became tasks. */
  deliver(user: UserId, enqueued: Enqueued[]): Promise<string[]>;
  /** Creates the tasks of older entries; returns how many. */
  sweep(): Promise<number>;
  /** The same soon after a start or a suspension: takes entries that are seconds old, and those of a clock that was ahead. */
  recover(): Promise<number>;
  /**
   * How long the oldest due entry has waited, in milliseconds; 0 without such entries. More than some minutes mean a fault.
   * Entries whose tasks this instance has created, and those of tasks for later, do not count.
   */
  oldestAge(): Promise<number>;
}

/** The age from which `recover` takes entries, in milliseconds: most requests create their tasks within a fraction of it. */
export const RECOVERY_GRACE_MS = 5_000;

/** How far ahead of the clock an entry may seem to be, in milliseconds: a clock was ahead when it was written. */
const FURTHEST_AHEAD_MS = 10 * 366 * 24 * 3_600_000;

/** How long it is remembered that an entry became a task, in milliseconds: the sweep deletes the entry long before. */
const REMEMBERED_MS = 10 * 60_000;

/** Oldest entries of each shard whose age is read. */
const AGED_ENTRIES = 20;

interface Delivery extends OutboxDeps {
  /** Entries that have become tasks and may not be deleted yet. */
  handedOver: RecentIds;
}

type IsDue = (entry: OutboxEntry, id: string) => boolean;

export function createOutbox(outer: OutboxDeps): Outbox {
  const { datastore, clock } = outer;
  const deps: Delivery = { ...outer, handedOver: createRecentIds(clock, REMEMBERED_MS) };
  const sweepUntil = async (until: number, isDue: IsDue) => {
    let all = 0;
    for await (const found of findExpired(datastore, OutboxKind, until)) all += await handOverFound(deps, found, isDue);
    return all;
  };
  const isLeftBehind: IsDue = ({ at }, id) => {
    const age = clock.now() - at;
    return (age < 0 || age >= RECOVERY_GRACE_MS) && !deps.handedOver.has(id);
  };
  return {
    async deliver(_user, enqueued) {
      const done = await Promise.all(enqueued.map(({ id, entry }) => handOver(deps, id, entry)));
      return enqueued.filter((_, index) => done[index]).map(({ id }) => id);
    },
    sweep: () => sweepUntil(clock.now(), () => true),
    recover: () => sweepUntil(clock.now() + FURTHEST_AHEAD_MS, isLeftBehind),
    async oldestAge() {
      const earliest = await findEarliest(datastore, OutboxKind, AGED_ENTRIES);
      const waiting = earliest.filter(({ found }) => !deps.handedOver.has(found.name));
      const ages = waiting.map(({ value: { at, notBefore = at } }) => clock.now() - Math.max(at, notBefore));
      return Math.max(0, ...ages);
    },
  };
}

/** The entries are looked up again: a global query may show an entry that is deleted. */
async function handOverFound(deps: Delivery, found: Expired[], isDue: IsDue): Promise<number> {
  const { datastore } = deps;
  const keys = found.map(({ user, name }) => keyOf(datastore, user, OutboxKind, name));
  const entries = await lookup(
    datastore,
    datastore,
    keys.map((key) => ({ key, kind: OutboxKind })),
  );
  const done = await Promise.all(
    entries.map(async (entry, index) => {
      const id = found[index]?.name ?? '';
      return entry !== undefined && isDue(entry, id) && handOver(deps, id, entry);
    }),
  );
  const delivered = keys.filter((_, index) => done[index]);
  if (delivered.length > 0) await datastore.delete(delivered);
  return delivered.length;
}

/** Whether the entry has become a task. */
async function handOver({ createTask, count, log, handedOver }: Delivery, id: string, entry: OutboxEntry) {
  const { job, payload, notBefore: at } = entry;
  try {
    await createTask(jobTask({ name: job }, payload, { at }));
    handedOver.add(id);
    count('created');
    return true;
  } catch (error) {
    count('failed');
    log.warn({ err: error, job }, 'Task not created; the outbox sweep tries again.');
    return false;
  }
}

/** Ids that are remembered for a while. */
interface RecentIds {
  add(id: string): void;
  has(id: string): boolean;
}

/** Remembers each id for that much elapsed time. */
function createRecentIds(clock: Clock, lifeMs: number): RecentIds {
  // In the order of their addition, so that the oldest come first.
  const addedAt = new Map<string, number>();
  const forgetOld = () => {
    for (const [id, at] of addedAt) {
      if (clock.elapsed() - at < lifeMs) return;
      addedAt.delete(id);
    }
  };
  return {
    add(id) {
      forgetOld();
      addedAt.set(id, clock.elapsed());
    },
    has(id) {
      forgetOld();
      return addedAt.has(id);
    },
  };
}
