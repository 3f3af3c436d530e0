import type { Quota } from '../../runtime/rate-limit-headers.ts';
import type { Rate, RateSettings } from './settings.ts';

/** A bucket of tokens in the words of the header fields: what it holds, and in how many seconds it fills. */
export const rateQuota = (name: string, rate: Rate): Quota => ({
  name,
  quota: rate.burst,
  unit: 'requests',
  windowSeconds: secondsUntilFull(rate, 0),
});

/** New accounts are counted by the requests that create them. */
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

/** In how many seconds a bucket that has `left` tokens is full again. */
export const secondsUntilFull = ({ burst, perSecond }: Rate, left: number) => Math.ceil((burst - left) / perSecond);
