import type { CallResult } from '../platform-call.ts';
import { SECOND, type Micros } from './instants.ts';
import type { Target } from './task.ts';

/** How long a queue holds back because its target said that it is overloaded. */
export interface Throttle {
  /** Overloads in a row. */
  strikes: number;
  /** In elapsed time. */
  until: Micros;
}

export const OPEN: Throttle = { strikes: 0, until: 0 };

/** Google does not say how long its queues hold back. Ours: a second, doubled up to a minute. */
const FIRST = SECOND;
const LONGEST = 60 * SECOND;

/**
 * 503 holds back the whole queue, 429 that of HTTP targets only, and Retry-After counts when it asks for more time
 * (target.proto). An answer that is neither opens the queue again. `now` is elapsed time, `at` the time of the clock.
 */
export function throttleAfter(
  before: Throttle,
  kind: Target['kind'],
  result: CallResult,
  now: Micros,
  at: Micros,
): Throttle {
  if (result.status === undefined) return before;
  const overloaded = result.status === 503 || (result.status === 429 && kind === 'http');
  if (!overloaded) return OPEN;
  const own = Math.min(FIRST * 2 ** before.strikes, LONGEST);
  return { strikes: before.strikes + 1, until: now + Math.max(own, secondsOf(result.retryAfter, at) * SECOND) };
}

/** Retry-After is a number of seconds or a date (RFC 9110, 10.2.3). */
function secondsOf(retryAfter: string | undefined, at: Micros): number {
  if (!retryAfter) return 0;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter);
  const seconds = (Date.parse(retryAfter) * 1_000 - at) / SECOND;
  return Number.isNaN(seconds) ? 0 : seconds;
}
