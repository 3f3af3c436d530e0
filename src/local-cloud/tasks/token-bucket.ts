import { SECOND, type Micros } from './instants.ts';

/** What a bucket holds and since when. */
export interface Bucket {
  tokens: number;
  filledAt: Micros;
}

/** Refill per second and size. */
export interface BucketLimits {
  maxDispatchesPerSecond: number;
  maxBurstSize: number;
}

export const fullBucket = ({ maxBurstSize }: BucketLimits, now: Micros): Bucket => ({
  tokens: maxBurstSize,
  filledAt: now,
});

/** The bucket as it is at `now`. A clock that went back refills nothing. */
export function refill(bucket: Bucket, limits: BucketLimits, now: Micros): Bucket {
  const gained = (Math.max(now - bucket.filledAt, 0) * limits.maxDispatchesPerSecond) / SECOND;
  return { tokens: Math.min(bucket.tokens + gained, limits.maxBurstSize), filledAt: now };
}

/** Whether one token is there. Tokens are fractions, so a hair less than one counts as one. */
export const hasToken = ({ tokens }: Bucket) => tokens > 1 - 1e-6;

export const takeToken = ({ tokens, filledAt }: Bucket): Bucket => ({ tokens: Math.max(tokens - 1, 0), filledAt });

/** When the next token is whole; Infinity for a queue whose rate is 0. */
export const nextTokenAt = ({ tokens, filledAt }: Bucket, { maxDispatchesPerSecond }: BucketLimits): Micros =>
  filledAt + Math.ceil(((1 - tokens) * SECOND) / maxDispatchesPerSecond);
