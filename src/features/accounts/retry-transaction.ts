import { setTimeout as pause } from 'node:timers/promises';
import { isExpiredTransaction } from '../../data/commit/expired-transaction.ts';
import { isDatastoreFault } from '../../data/commit/transact.ts';

/** Attempts before the caller gets the error. */
const MOST_ATTEMPTS = 6;

/**
 * gRPC codes after which a transaction is repeated: CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, ALREADY_EXISTS, ABORTED,
 * INTERNAL and UNAVAILABLE.
 */
const RETRYABLE = new Set([1, 2, 4, 6, 10, 13, 14]);

/**
 * Runs a transaction again after contention or a fault. Its commit may be in doubt: each attempt first reads the state.
 */
export async function retryTransaction<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !isDatastoreFault(error)) throw error;
      if (!RETRYABLE.has(error.code) && !isExpiredTransaction(error)) throw error;
      await pause(Math.random() * 20 * 2 ** attempt);
    }
  }
}
