import type { Datastore, Key } from '@google-cloud/datastore';
import { contentionBackoffMs, retry } from '../../runtime/retry.ts';
import type { Clock } from '../../runtime/clock.ts';
import { isAborted } from '../../data/commit/transaction-faults.ts';
import { endIn, expiryKey, randomShard } from '../../data/model/sort-keys.ts';

/** The counter of deferred calls, and the counter of plain tasks that name no other. */
export const DEFERRED = 'deferred';
export const TASK_QUEUE = 'task-queue';

/**
 * The data of the course routes is kept for 32 days, a day longer than Cloud Tasks keeps a task. So a task that is
 * delivered again always finds the marker of its call.
 */
export const COURSE_LIFE_MS = 32 * 24 * 3_600_000;

const MOST_ATTEMPTS = 8;

export const COUNTER_KIND = { name: 'Counter' };
export const CALL_KIND = { name: 'CounterCall' };

interface CounterStore {
  datastore: Datastore;
  clock: Clock;
}

interface Counter {
  count: number;
  /** When it is deleted unless it grows. Counters of earlier versions have none until they grow. */
  expiryKey?: string;
}

/**
 * Adds to a counter in a transaction, once for each `call`, however often it is delivered: the same transaction writes
 * a marker of the call into the counter's entity group.
 */
export const increment = (store: CounterStore, name: string, call: string, amount: number) =>
  throughContention(() => incrementOnce(store, name, call, amount));

export async function readCounter(datastore: Datastore, name: string): Promise<number> {
  const [counter] = (await datastore.get(datastore.key([COUNTER_KIND.name, name]))) as [Counter | undefined];
  return counter?.count ?? 0;
}

/** Deletes a counter unless it has grown since it was found. Returns whether it was deleted. */
export const deleteExpired = (store: CounterStore, key: Key) => throughContention(() => deleteOnce(store, key));

const throughContention = <T>(transaction: () => Promise<T>): Promise<T> =>
  retry(transaction, { attempts: MOST_ATTEMPTS, backoffMs: contentionBackoffMs, isRetryable: isAborted });

async function incrementOnce({ datastore, clock }: CounterStore, name: string, call: string, amount: number) {
  const counterKey = datastore.key([COUNTER_KIND.name, name]);
  const callKey = datastore.key([COUNTER_KIND.name, name, CALL_KIND.name, call]);
  const tx = datastore.transaction();
  const [found] = (await tx.get([counterKey, callKey])) as [Partial<Counter>[]];
  const counter = found.find((entity) => entity.count !== undefined);
  if (found.length > (counter ? 1 : 0)) {
    await tx.rollback();
    return 'counted before' as const;
  }
  const expiry = { expiryKey: expiryKey(randomShard(), clock.now() + COURSE_LIFE_MS) };
  const data = { count: (counter?.count ?? 0) + amount, ...expiry };
  tx.upsert({ key: counterKey, data, excludeFromIndexes: ['count'] });
  tx.insert({ key: callKey, data: expiry });
  await tx.commit();
  return 'counted' as const;
}

async function deleteOnce({ datastore, clock }: CounterStore, key: Key): Promise<boolean> {
  const tx = datastore.transaction();
  const [counter] = (await tx.get(key)) as [Counter | undefined];
  const isExpired = counter?.expiryKey !== undefined && endIn(counter.expiryKey) <= clock.now();
  if (isExpired) tx.delete(key);
  await (isExpired ? tx.commit() : tx.rollback());
  return isExpired;
}
