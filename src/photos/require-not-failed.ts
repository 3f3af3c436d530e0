import { AppError } from '../http/errors.ts';
import type { Photo } from '../library/shapes.ts';

/** Throws `not-found` for a photo that failed: what cannot be decoded is not decoded anew for everyone who looks. */
export function requireNotFailed({ state, processing }: Photo): void {
  if (state !== 'failed') return;
  throw new AppError('not-found', `This photo has no smaller sizes, only its original: ${processing.lastError}`);
}
