/** How long a queue waits between the tries of one task, in seconds: as `retry_parameters` in queue.yaml has it. */
export interface Pauses {
  first: number;
  longest: number;
  doublings: number;
}

/** Seconds from the failure of a try to the next one, if `retries` came before it (queue.proto, `RetryConfig`). */
export function pauseAfter(retries: number, { first, longest, doublings }: Pauses): number {
  const lastDoubled = first * 2 ** Math.min(retries, doublings);
  return Math.min(longest, lastDoubled * Math.max(1, retries - doublings + 1));
}
