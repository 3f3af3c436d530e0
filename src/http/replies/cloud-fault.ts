import { AppError } from '../../runtime/errors.ts';

/**
 * gRPC codes of Datastore and Tasks by which a call may succeed later: DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED (a quota, or
 * the full disk of the local cloud), ABORTED, INTERNAL and UNAVAILABLE; and the HTTP statuses of the bucket that say so
 * (Cloud Storage, "Retry strategy"). They do not overlap.
 */
const LATER = new Set([4, 8, 10, 13, 14, 408, 429, 500, 502, 503, 504]);

/** Seconds after which the caller may ask again. */
const RETRY_AFTER = '5';

/** An error of Google's clients that says "later", as one that tells the caller so; undefined for any other. */
export function cloudFault(cause: unknown): AppError | undefined {
  if (!(cause instanceof Error) || !LATER.has((cause as { code?: unknown }).code as number)) return undefined;
  return new AppError('unavailable', 'The storage of the service takes no such call at the moment. Try again soon.', {
    cause,
    extra: { retryable: true },
    headers: { 'Retry-After': RETRY_AFTER },
  });
}
