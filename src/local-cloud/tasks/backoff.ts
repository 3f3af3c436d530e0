/** Spans in seconds. */
interface BackoffLimits {
  minBackoff: number;
  maxBackoff: number;
  maxDoublings: number;
}

/**
 * Seconds from the `retry - 1`-th failure to the `retry`-th retry (counted from 1): doubled `maxDoublings` times, then
 * growing by the last doubled step, and never above `maxBackoff` (queue.proto, `RetryConfig.max_doublings`).
 */
export function backoff(retry: number, { minBackoff, maxBackoff, maxDoublings }: BackoffLimits): number {
  const doublings = Math.min(retry - 1, maxDoublings);
  const steps = Math.max(retry - 1 - maxDoublings, 0);
  const delay = minBackoff * 2 ** doublings * (1 + steps);
  return Math.min(delay, maxBackoff);
}
