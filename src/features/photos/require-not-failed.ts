import { AppError } from '../../runtime/errors.ts';
import type { Photo } from '../../data/model/records.ts';

/**
 * Passes a photo whose smaller sizes may be made on demand: what has failed is not decoded again for each request.
 * @throws AppError not-found without a further attempt to come, else unavailable
 */
export function requireNotFailed({ state, processing }: Photo, now: number): void {
  if (state !== 'failed') return;
  const { lastError, nextAttemptAt } = processing;
  if (nextAttemptAt === null) {
    throw new AppError('not-found', `This photo has no smaller sizes, only its original: ${lastError}`);
  }
  throw new AppError('unavailable', `This photo has no smaller sizes yet; they are tried again: ${lastError}`, {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil((nextAttemptAt - now) / 1000))) },
  });
}
