import { AppError } from '../http/errors.ts';
import { rateLimitHeaders } from '../http/rate-limit.ts';

/** Throws `quota-exceeded` unless an account that uses `used` bytes has room for `bytes` more. */
export function requireRoom({ quotaBytes }: { quotaBytes: number }, used: number, bytes: number): void {
  if (used + bytes <= quotaBytes) return;
  throw new AppError('quota-exceeded', 'There is no room for this photo. Empty the trash or delete others.', {
    extra: { maxBytes: quotaBytes, usedBytes: used },
    headers: rateLimitHeaders({ name: 'storage', quota: quotaBytes, unit: 'content-bytes', left: quotaBytes - used }),
  });
}
