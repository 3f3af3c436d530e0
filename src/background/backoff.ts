/** How long a queue waits between the tries of one task, in seconds: as `retry_parameters` in queue.yaml has it. */
export interface Backoff {
  first: number;
  longest: number;
  doublings: number;
}

/** Seconds from the failure of a try to the next one, if `retries` came before it (queue.proto, `RetryConfig`). */
export function backoffAfter(retries: number, { first, longest, doublings }: Backoff): number {
  const lastDoubled = first * 2 ** Math.min(retries, doublings);
  return Math.min(longest, lastDoubled * Math.max(1, retries - doublings + 1));
}
