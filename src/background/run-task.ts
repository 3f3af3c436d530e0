import type { Request } from 'express';
import { AppError } from '../runtime/errors.ts';
import type { Reply } from '../http/route.ts';
import { isAccountErased } from '../data/rules/erasure.ts';
import type { Log } from '../runtime/log.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { attemptOf, type Attempt } from './attempt.ts';

interface TaskRunDeps {
  log: Log;
  metrics: Metrics;
}

/** The work of a task, and its name for the log. */
interface TaskRun {
  what: string;
  run(attempt: Attempt): Promise<string>;
  /** Called when the last attempt has failed. */
  onExhausted?(): Promise<void>;
}

/** Runs a task, logs and counts it. Replies 2xx also when the last attempt fails; an error asks for another attempt. */
export type RunTask = (request: Request, task: TaskRun) => Promise<Reply>;

export function taskRunner({ log, metrics }: TaskRunDeps): RunTask {
  const tries = metrics.counter('task_tries_total', 'Tries of tasks: done, failed and tried again, or given up.');
  return async (request, { what, run, onExhausted }) => {
    const attempt = attemptOf(request);
    try {
      const outcome = await run(attempt).catch(outcomeOfAbsence);
      tries.add({ task: what, outcome: 'done' });
      log.info({ task: what, ...attempt, outcome }, `${what}: ${outcome}`);
      return { status: 200, text: outcome };
    } catch (error) {
      tries.add({ task: what, outcome: attempt.last ? 'given up' : 'failed' });
      // 503 would slow down the whole queue (target.proto), also for tasks that succeed.
      if (!attempt.last) throw new AppError('internal', 'This attempt failed.', { cause: error });
      await onExhausted?.();
      // Another failure would delete the task without a trace.
      log.error({ err: error, task: what, ...attempt }, `${what} is given up: its last try failed.`);
      return { status: 200, text: 'given up' };
    }
  };
}

/** An account that was erased meanwhile needs no work, and no other attempt would find any: this is no fault. */
function outcomeOfAbsence(error: unknown): string {
  if (isAccountErased(error)) return 'nothing-to-do: the account was erased';
  throw error;
}
