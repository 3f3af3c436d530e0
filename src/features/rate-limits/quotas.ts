import type { Quota } from '../../runtime/rate-limit-headers.ts';
import type { Rate, RateSettings } from './settings.ts';

/** Describes a token bucket for the RateLimit header fields: its size, and the seconds until it is full. */
export const rateQuota = (name: string, rate: Rate): Quota => ({
  name,
  quota: rate.burst,
  unit: 'requests',
  windowSeconds: secondsUntilFull(rate, 0),
});

/** Describes the limit of new accounts. Each is created by one request. */
export const accountsQuota = ({ accounts }: RateSettings): Quota => ({
  name: 'accounts',
  quota: accounts,
  unit: 'requests',
  windowSeconds: 3600,
});

export const uploadsQuota = (uploads: number): Quota => ({
  name: 'uploads',
  quota: uploads,
  unit: 'concurrent-requests',
});

/** Returns the seconds until a bucket with `left` tokens is full. */
export const secondsUntilFull = ({ burst, perSecond }: Rate, left: number) => Math.ceil((burst - left) / perSecond);
