import type { Request } from 'express';
import { QUEUES, type Backoff, type QueueFacts } from './table.ts';

/** What the request says about the task that it runs. */
export interface Attempt {
  /** Failed runs before this one. */
  retries: number;
  /** Whether the queue deletes the task if this run fails: then the run records the failure. */
  last: boolean;
  /** Seconds until the next attempt if this run fails. */
  backoffSeconds: number;
}

/** Which attempt of a task a request is, by headers that only the platform can set. */
export function attemptOf(request: Request): Attempt {
  const retries = Number(request.get('X-AppEngine-TaskRetryCount') ?? 0) || 0;
  const { attempts, backoff } = factsOf(request.get('X-AppEngine-QueueName'));
  return { retries, last: retries + 1 >= attempts, backoffSeconds: backoffAfter(retries, backoff) };
}

/** A queue that is not in the table has no known limit of attempts. */
function factsOf(queue = 'default'): QueueFacts {
  const queues: Record<string, QueueFacts | undefined> = QUEUES;
  return queues[queue] ?? { ...QUEUES.default, attempts: Infinity };
}

/** Seconds from a failed attempt, with `retries` before it, to the next attempt (queue.proto, `RetryConfig`). */
function backoffAfter(retries: number, { first, longest, doublings }: Backoff): number {
  const lastDoubled = first * 2 ** Math.min(retries, doublings);
  return Math.min(longest, lastDoubled * Math.max(1, retries - doublings + 1));
}
