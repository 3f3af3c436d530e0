import { GrpcCode, hasGrpcCode, isGrpcFault } from '../../runtime/grpc-faults.ts';

/**
 * Whether Datastore refused a call because its transaction is over: it was open for too long, most often because the
 * machine or the process was suspended. Nothing of the transaction was written, so it can be run again. Only the text
 * distinguishes this from other faults ("The referenced transaction has expired or is no longer valid.").
 */
export const isExpiredTransaction = (error: unknown): boolean =>
  isGrpcFault(error) &&
  (error.code === GrpcCode.invalidArgument || error.code === GrpcCode.aborted) &&
  /transaction .*(expired|no longer valid|closed)/i.test(error.message);

/** Whether nothing of a transaction was written, so that it can be run again. */
export const isAborted = (error: unknown): boolean =>
  hasGrpcCode(error, GrpcCode.aborted) || isExpiredTransaction(error);
