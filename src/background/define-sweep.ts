import { z } from 'zod';
import type { UserId } from '../runtime/ids.ts';
import { UserIdText, defineJob, type Job } from './define-job.ts';
import type { CreateTask } from './create-task.ts';
import type { JobRef } from '../data/model/job-ref.ts';
import { jobTask } from './job-task.ts';
import type { JobName } from './table.ts';

/** One bounded step of a sweep: the state for the next step, or none when this user is done. */
interface SweepStep<S> {
  /** For the log. */
  outcome: string;
  next?: S | undefined;
  /** Names the next step within this run, where the state holds more than the position. The state does otherwise. */
  at?: string | undefined;
}

/** Work over all that one user has, of any size: each step is a task of its own, and creates the next task. */
interface Sweep<D, S> {
  name: JobName;
  /** What one step passes to the next: its position, and what was found so far. A few hundred bytes of JSON. */
  state: z.ZodType<S>;
  /** May be called twice with the same state. `state` is absent at the first step; `run` is the same in all of a run. */
  step(deps: D, user: UserId, state: S | undefined, run: string): Promise<SweepStep<S>>;
}

export interface SweepPayload<S> {
  user: UserId;
  /** Which run this is; see `FanOut`. */
  run: string;
  state?: S | undefined;
}

export interface SweepDeps {
  createTask: CreateTask;
}

/**
 * Makes a job of a sweep. Cron starts it for every user by a fan-out. A step that is delivered twice creates the next task
 * once: tasks are named by their position.
 */
export function defineSweep<D extends SweepDeps, S>({ name, state, step }: Sweep<D, S>): Job<D, SweepPayload<S>> {
  const ref: JobRef<SweepPayload<S>> = { name };
  return defineJob({
    name,
    payload: z.object({ user: UserIdText, run: z.string(), state: state.optional() }),
    async run(deps: D, { user, run, state: before }) {
      const { outcome, next, at = JSON.stringify(next) } = await step(deps, user, before, run);
      if (next === undefined) return outcome;
      const taskName = ['sweep', name, run, user, at].join('|');
      await deps.createTask(jobTask(ref, { user, run, state: next }, { name: taskName }));
      return `${outcome}; goes on`;
    },
  });
}
