import type { Clock } from '../../runtime/clock.ts';
import { succeeded, type CallResult } from '../platform-call.ts';
import { backoff } from './backoff.ts';
import type { GroupCommit } from './group-commit.ts';
import { microsIn, microsOf, type Micros } from './instants.ts';
import type { RetryConfig } from './queue-settings.ts';
import type { Queues } from './queues.ts';
import type { Attempt, Task } from './task.ts';
import type { TaskStore } from './task-store.ts';
import type { Tasks } from './tasks.ts';
import { status as grpcStatus } from '@grpc/grpc-js';

interface AttemptsDeps {
  clock: Clock;
  queues: Queues;
  tasks: Tasks;
  store: TaskStore;
  commit: GroupCommit;
}

const SHORTEST_WAIT_MICROS = 1_000;

/** The rules of attempts: what is noted of them, what ends a task, and when a failed task is due again. */
export class Attempts {
  readonly #deps: AttemptsDeps;

  constructor(deps: AttemptsDeps) {
    this.#deps = deps;
  }

  /**
   * Notes that an attempt begins now, and returns the task with that note.
   * @throws Error when the disk refuses the note
   */
  begin(task: Task): Task {
    const dispatched = this.#now();
    const lastAttempt = { scheduled: task.due, dispatched };
    this.#deps.commit.noteNow(() => this.#deps.store.begin(task, lastAttempt));
    const { firstDispatch = dispatched, dispatches } = task;
    return { ...task, dispatches: dispatches + 1, firstDispatch, lastAttempt };
  }

  /**
   * Ends a task that was answered 2xx or is exhausted. Any other task is due again after its backoff, which counts from
   * `from` (default: now).
   */
  end(task: Task, result: CallResult, from?: Micros): void {
    const now = this.#now();
    this.#deps.commit.note(() => this.#end(task, result, now, from ?? now));
  }

  #end(task: Task, result: CallResult, now: Micros, from: Micros): void {
    const retryConfig = this.#deps.queues.find(task.queue)?.retryConfig;
    if (succeeded(result) || !retryConfig || isGivenUp(task, retryConfig, now)) return this.#deps.tasks.remove(task);
    const attempt: Attempt = { ...(task.lastAttempt as Attempt), outcome: { at: now, ...describeOutcome(result) } };
    // At least some milliseconds later: on a clock that stands, a drain would otherwise retry without end.
    const wait = Math.max(microsIn(backoff(task.dispatches, retryConfig)), SHORTEST_WAIT_MICROS);
    this.#deps.store.retry(task, attempt, from + wait);
  }

  #now(): Micros {
    return microsOf(this.#deps.clock.now());
  }
}

/** Both limits must be reached (queue.proto, `RetryConfig.max_retry_duration`). */
function isGivenUp(task: Task, { maxAttempts, maxRetryDuration }: RetryConfig, now: Micros): boolean {
  const isExhausted = maxAttempts !== -1 && task.dispatches >= maxAttempts;
  return isExhausted && now - (task.firstDispatch ?? now) >= microsIn(maxRetryDuration);
}

/** The canonical code that google/rpc/code.proto pairs with an HTTP status. */
const CODES: Record<number, keyof typeof grpcStatus> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** Describes a failed attempt: the HTTP status if there was a response, a canonical code, and both in words. */
function describeOutcome(result: CallResult): { httpStatus?: number; code: number; reason: string } {
  if (result.status === undefined)
    return { code: grpcStatus[result.failure], reason: words(result.failure, result.reason) };
  const name = CODES[result.status] ?? 'UNKNOWN';
  return {
    httpStatus: result.status,
    code: grpcStatus[name],
    reason: words(name, `HTTP status code ${result.status}`),
  };
}

const words = (name: keyof typeof grpcStatus, detail: string) => `${name}(${grpcStatus[name]}): ${detail}`;
