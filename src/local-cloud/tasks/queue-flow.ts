import type { Clock } from '../../runtime/clock.ts';
import type { CallResult } from '../platform-call.ts';
import { type Micros, SECOND_MICROS } from './instants.ts';
import type { Queue } from './queue-store.ts';
import type { Target, Task } from './task.ts';

/**
 * What a queue is doing now. It is kept in memory only: after a restart no attempt is in flight and the bucket is full.
 * `now` is elapsed time, which does not step when the clock is set.
 */
export class QueueFlow {
  readonly name: string;
  /** Tasks whose attempts are in flight. */
  readonly sent = new Set<Task>();
  /** Set while a wake-up waits for the disk. */
  waking: Promise<void> | undefined;
  #bucket: Bucket | undefined;
  #throttle: Throttle = OPEN;
  #cancelTimer: (() => void) | undefined;

  constructor(name: string) {
    this.name = name;
  }

  mayStart({ rateLimits }: Queue): boolean {
    return this.sent.size < rateLimits.maxConcurrentDispatches;
  }

  /** Learns from an answer at `at` (by the clock) whether the target is overloaded. */
  note(kind: Target['kind'], result: CallResult, now: Micros, at: Micros): void {
    this.#throttle = throttleAfter(this.#throttle, kind, result, now, at);
  }

  /** Returns false when the rate or an overloaded target allows no dispatch now. */
  takeToken({ rateLimits }: Queue, now: Micros): boolean {
    if (this.#throttle.until > now) return false;
    const bucket = refill(this.#bucket ?? fullBucket(rateLimits, now), rateLimits, now);
    this.#bucket = hasToken(bucket) ? takeToken(bucket) : bucket;
    return hasToken(bucket);
  }

  nextTokenAt({ rateLimits }: Queue): Micros {
    return Math.max(this.#bucket ? nextTokenAt(this.#bucket, rateLimits) : 0, this.#throttle.until);
  }

  /** One timer at a time: a later call replaces the earlier one. */
  wait(clock: Clock, time: Micros, run: () => void): void {
    this.stop();
    this.#cancelTimer = clock.after(Math.max(Math.ceil(time / 1_000), 0), run);
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}

/** What a bucket holds and since when. */
interface Bucket {
  tokens: number;
  filledAt: Micros;
}

/** Refill per second and size. */
interface BucketLimits {
  maxDispatchesPerSecond: number;
  maxBurstSize: number;
}

const fullBucket = ({ maxBurstSize }: BucketLimits, now: Micros): Bucket => ({
  tokens: maxBurstSize,
  filledAt: now,
});

/** The bucket as it is at `now`. A clock that went back refills nothing. */
export function refill(bucket: Bucket, limits: BucketLimits, now: Micros): Bucket {
  const gained = (Math.max(now - bucket.filledAt, 0) * limits.maxDispatchesPerSecond) / SECOND_MICROS;
  return { tokens: Math.min(bucket.tokens + gained, limits.maxBurstSize), filledAt: now };
}

/** Whether one token is there. Tokens are fractions: 0.999999 counts as one. */
export const hasToken = ({ tokens }: Bucket) => tokens > 1 - 1e-6;

export const takeToken = ({ tokens, filledAt }: Bucket): Bucket => ({ tokens: Math.max(tokens - 1, 0), filledAt });

/** When the next token is whole; Infinity for a queue whose rate is 0. */
export const nextTokenAt = ({ tokens, filledAt }: Bucket, { maxDispatchesPerSecond }: BucketLimits): Micros =>
  filledAt + Math.ceil(((1 - tokens) * SECOND_MICROS) / maxDispatchesPerSecond);

/** How long a queue sends nothing because its target is overloaded. */
interface Throttle {
  /** Overloads in a row. */
  strikes: number;
  /** In elapsed time. */
  until: Micros;
}

const OPEN: Throttle = { strikes: 0, until: 0 };

/** Google does not document how long its queues are throttled. Ours: one second, doubled up to a minute. */
const FIRST_MICROS = SECOND_MICROS;
const LONGEST_MICROS = 60 * SECOND_MICROS;

/**
 * 503 throttles the queue, 429 only for HTTP targets. Retry-After counts when it asks for more time (target.proto). Any
 * other response opens the queue again. `now` is elapsed time, `at` the time of the clock.
 */
function throttleAfter(before: Throttle, kind: Target['kind'], result: CallResult, now: Micros, at: Micros): Throttle {
  if (result.status === undefined) return before;
  const overloaded = result.status === 503 || (result.status === 429 && kind === 'http');
  if (!overloaded) return OPEN;
  const own = Math.min(FIRST_MICROS * 2 ** before.strikes, LONGEST_MICROS);
  return { strikes: before.strikes + 1, until: now + Math.max(own, secondsOf(result.retryAfter, at) * SECOND_MICROS) };
}

/** Retry-After is a number of seconds or a date (RFC 9110, 10.2.3). */
function secondsOf(retryAfter: string | undefined, at: Micros): number {
  if (!retryAfter) return 0;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter);
  const seconds = (Date.parse(retryAfter) * 1_000 - at) / SECOND_MICROS;
  return Number.isNaN(seconds) ? 0 : seconds;
}
