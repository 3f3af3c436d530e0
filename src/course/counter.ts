import type { Datastore } from '@google-cloud/datastore';
import { setTimeout as pause } from 'node:timers/promises';
import { isExpiredTransaction } from '../library/expired-transaction.ts';

/** The counter that deferred calls grow, and the one that plain tasks grow unless they name another. */
export const DEFERRED = 'deferred';
export const TASK_QUEUE = 'task-queue';

const TRIES = 8;
const ABORTED = 10;

/**
 * Adds to a counter in a transaction, once for each `call` however often that is delivered: the call leaves a marker in
 * the counter's entity group, in the same transaction.
 */
export async function increment(
  datastore: Datastore,
  name: string,
  call: string,
  amount: number,
): Promise<'counted' | 'counted before'> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await incrementOnce(datastore, name, call, amount);
    } catch (error) {
      const isContended = (error as { code?: unknown }).code === ABORTED;
      if (!(isContended || isExpiredTransaction(error)) || attempt >= TRIES) throw error;
      await pause(Math.random() * 20 * 2 ** attempt);
    }
  }
}

export async function readCounter(datastore: Datastore, name: string): Promise<number> {
  const [counter] = (await datastore.get(datastore.key(['Counter', name]))) as [{ count: number } | undefined];
  return counter?.count ?? 0;
}

async function incrementOnce(datastore: Datastore, name: string, call: string, amount: number) {
  const counterKey = datastore.key(['Counter', name]);
  const callKey = datastore.key(['Counter', name, 'CounterCall', call]);
  const tx = datastore.transaction();
  const [found] = (await tx.get([counterKey, callKey])) as [Array<{ count?: number }>];
  const counter = found.find((entity) => entity.count !== undefined);
  if (found.length > (counter ? 1 : 0)) {
    await tx.rollback();
    return 'counted before' as const;
  }
  tx.upsert({ key: counterKey, data: { count: (counter?.count ?? 0) + amount }, excludeFromIndexes: ['count'] });
  tx.insert({ key: callKey, data: {} });
  await tx.commit();
  return 'counted' as const;
}
