/** How long a queue waits between the attempts of one task, in seconds: `retry_parameters` of queue.yaml. */
export interface Backoff {
  first: number;
  longest: number;
  doublings: number;
}

/** Seconds from a failed attempt, with `retries` before it, to the next attempt (queue.proto, `RetryConfig`). */
export function backoffAfter(retries: number, { first, longest, doublings }: Backoff): number {
  const lastDoubled = first * 2 ** Math.min(retries, doublings);
  return Math.min(longest, lastDoubled * Math.max(1, retries - doublings + 1));
}
