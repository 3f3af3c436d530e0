import { backoff } from '../tasks/backoff.ts';
import type { CronRetry } from './cron-yaml.ts';
import type { RunState } from './run-store.ts';

/**
 * When a run that failed at `now` is repeated, if it is (milliseconds). `before` is the repetition that it was, if it was
 * one. Given up when every limit that is set is reached.
 */
export function nextRetry(
  retry: CronRetry | undefined,
  before: RunState['retry'],
  started: number,
  now: number,
): RunState['retry'] {
  if (!retry) return undefined;
  const { count, since } = before ?? { count: 0, since: started };
  const oldEnough = retry.ageLimit === undefined || now - since >= retry.ageLimit * 1_000;
  if (count >= retry.limit && oldEnough) return undefined;
  return { count: count + 1, since, at: now + backoff(count + 1, retry) * 1_000 };
}
