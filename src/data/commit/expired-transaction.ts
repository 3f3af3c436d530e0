/** gRPC codes INVALID_ARGUMENT and ABORTED. */
const CODES = new Set<unknown>([3, 10]);

/**
 * Whether Datastore has refused a call because its transaction is over: it was open for too long, most often because the
 * machine or the process was suspended. Nothing of the transaction was written, so it can be made again. Only the text
 * tells this from other invalid arguments ("The referenced transaction has expired or is no longer valid.").
 */
export const isExpiredTransaction = (error: unknown): boolean =>
  error instanceof Error &&
  CODES.has((error as { code?: unknown }).code) &&
  /transaction .*(expired|no longer valid|closed)/i.test(error.message);
