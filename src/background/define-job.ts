import { z } from 'zod';
import { explainFault } from '../http/input/fault-messages.ts';
import { faultsOf, summaryOf } from '../http/faults.ts';
import type { JobRef } from '../data/model/job-ref.ts';
import type { Attempt } from './attempt.ts';
import { ID_PATTERN, type UserId } from '../runtime/ids.ts';

/**
 * Work that a task does later. `run` may be called twice or out of order. It reads the present state and returns what it
 * did, for the log. An error asks the queue for a retry. A fault that no retry can remove is recorded and returned.
 */
export interface Job<D, P> extends JobRef<P> {
  payload: z.ZodType<P>;
  run(deps: D, payload: P, attempt: Attempt): Promise<string>;
}

export const defineJob = <D, P>(job: Job<D, P>): Job<D, P> => job;

/** A job with its dependencies in place. */
export interface BoundJob {
  name: string;
  /** Takes the payload unchecked; one that does not fit ends the task with the reason. */
  run(payload: unknown, attempt: Attempt): Promise<string>;
}

export function bindJob<D, P>(job: Job<D, P>, deps: D): BoundJob {
  return {
    name: job.name,
    async run(payload, attempt) {
      const parsed = job.payload.safeParse(payload, { error: explainFault });
      // No retry can change a payload: the task ends here, and the log has the reason. A 4xx would be retried.
      if (!parsed.success) return `refused: ${summaryOf(faultsOf(parsed.error, payload))}`;
      return job.run(deps, parsed.data, attempt);
    },
  };
}

/** The id of a user in the payload of a task. */
export const UserIdText = z
  .string()
  .regex(ID_PATTERN, 'The id of a user has 16 letters and digits.')
  .transform((id) => id as UserId);
