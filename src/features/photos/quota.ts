import { AppError } from '../../runtime/errors.ts';
import { rateLimitHeaders } from '../../runtime/rate-limit-headers.ts';
import type { User } from '../../data/model/records.ts';

/** What an account holds: bytes of its photos, and bytes set aside for its open uploads. */
export type Held = Pick<User, 'bytes' | 'reservedBytes'>;

/**
 * Makes sure that an account has room for `bytes` more.
 * @throws AppError quota-exceeded
 */
export function requireRoom({ quotaBytes }: { quotaBytes: number }, held: Held, bytes: number): void {
  const left = quotaBytes - held.bytes - held.reservedBytes;
  if (bytes <= left) return;
  const { bytes: usedBytes, reservedBytes } = held;
  const orEnd = reservedBytes > 0 ? ', or end open uploads' : '';
  throw new AppError('quota-exceeded', `There is no room for this photo. Empty the trash or delete others${orEnd}.`, {
    extra: { maxBytes: quotaBytes, usedBytes, reservedBytes },
    headers: rateLimitHeaders({ name: 'storage', quota: quotaBytes, unit: 'content-bytes', left: Math.max(0, left) }),
  });
}
