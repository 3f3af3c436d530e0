import type { Request } from 'express';
import { backoffAfter } from './backoff.ts';
import { QUEUES, type QueueFacts } from './table.ts';

/** What a run may want to know of the task that called it. */
export interface Attempt {
  /** Failed runs before this one. */
  retries: number;
  /** Whether the queue gives the task up if this run fails: the moment to record the failure. */
  last: boolean;
  /** Seconds until the queue tries again if this run fails. */
  backoffSeconds: number;
}

/** Which try of a task a request is, by headers that only the platform can set. */
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
