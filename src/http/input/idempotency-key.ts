import type { Request } from 'express';
import { AppError } from '../../runtime/errors.ts';

/** For the `headers` of a route that creates something. */
export const IDEMPOTENCY_HEADER = {
  'Idempotency-Key':
    'A text of 1 to 255 characters that the client chooses for this request. A repeat with the same key ' +
    'within 7 days gets the first reply again, rendered again and marked `Idempotent-Replayed: true`.',
};

const LONGEST_KEY = 255;

/**
 * The request's `Idempotency-Key`, as it came.
 * @throws AppError invalid-request for an empty or a too long one
 */
export function idempotencyKeyOf(request: Request): string | undefined {
  const key = request.get('Idempotency-Key');
  if (key === undefined || (key !== '' && key.length <= LONGEST_KEY)) return key;
  throw new AppError('invalid-request', `An Idempotency-Key has 1 to ${LONGEST_KEY} characters.`);
}

/** The header of a replayed reply. */
export const replayHeader = (replayed: boolean): Record<string, string> =>
  replayed ? { 'Idempotent-Replayed': 'true' } : {};
