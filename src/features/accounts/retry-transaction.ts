import { isAborted } from '../../data/commit/transaction-faults.ts';
import { GrpcCode, IN_DOUBT, isGrpcFault } from '../../runtime/grpc-faults.ts';
import { contentionBackoffMs, retry } from '../../runtime/retry.ts';

/** Attempts before the caller gets the error. */
const MOST_ATTEMPTS = 6;

/** Runs a transaction again after contention or a fault. Its commit may be in doubt: each attempt first reads the state. */
export const retryTransaction = <T>(transaction: () => Promise<T>): Promise<T> =>
  retry(transaction, { attempts: MOST_ATTEMPTS, backoffMs: contentionBackoffMs, isRetryable });

const isRetryable = (error: unknown) =>
  isGrpcFault(error) && (IN_DOUBT.has(error.code) || error.code === GrpcCode.alreadyExists || isAborted(error));
