import { randomBytes } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import { CloudError } from '../cloud-error.ts';
import { DAY_MICROS, microsOf, type Micros } from './instants.ts';
import { NAME_TAKEN, type NameStore } from './name-store.ts';
import type { Queues } from './queues.ts';
import type { Queue } from './queue-store.ts';
import { readTask, type TaskMessage } from './read-task.ts';
import { splitTaskName } from './resource-names.ts';
import type { Target, Task } from './task.ts';
import type { TaskStore } from './task-store.ts';

interface TasksDeps {
  clock: Clock;
  queues: Queues;
  store: TaskStore;
  names: NameStore;
  /** Whether an issuer makes ID tokens for HTTP targets. */
  mintsTokens: boolean;
}

/** After this age a task is deleted, whether it was sent or not (cloudtasks.proto, `CreateQueue`). */
const KEPT_MICROS = 31 * DAY_MICROS;
/** How many tasks one step of `expire` deletes. */
const EXPIRED_AT_ONCE = 500;

const NO_LONGER =
  'The task no longer exists, though a task with this name existed recently. ' +
  'The task either successfully completed or was deleted.';

/** The rules of tasks: their names, what a queue takes in and what is found in it. */
export class Tasks {
  readonly #deps: TasksDeps;

  constructor(deps: TasksDeps) {
    this.#deps = deps;
  }

  /** Adds a task to a queue. A name that is or was in use is ALREADY_EXISTS. */
  create(parent: string | undefined, message: TaskMessage): Task {
    const queue = this.#deps.queues.get(parent);
    const id = message.name ? this.#chosenId(queue, message.name) : newId();
    const created = this.#now();
    const content = readTask(message, created);
    if (wantsToken(content.target) && !this.#deps.mintsTokens) {
      throw new CloudError('UNIMPLEMENTED', 'This local cloud makes no OIDC tokens for tasks.');
    }
    return this.#deps.store.insert({ queue: queue.name, id, created, ...content });
  }

  /** A task that still waits or is on its way; NOT_FOUND when it never was, has run or was deleted. */
  get(name: string | undefined): Task {
    const { queue, id } = splitTaskName(name);
    this.#deps.queues.get(queue);
    const task = this.#deps.store.find(queue, id);
    if (task) return task;
    throw new CloudError('NOT_FOUND', this.#isTaken(queue, id) ? NO_LONGER : 'Requested entity was not found.');
  }

  /** At most `limit` tasks of a queue after the one called `after`, and the token of the next page if there is one. */
  list(parent: string | undefined, after: string, limit: number): { tasks: Task[]; next: string } {
    const queue = this.#deps.queues.get(parent);
    const found = this.#deps.store.page(queue.name, after, limit + 1);
    const tasks = found.slice(0, limit);
    return { tasks, next: found.length > limit ? (tasks.at(-1)?.id ?? '') : '' };
  }

  delete(name: string | undefined): void {
    this.remove(this.get(name));
  }

  /** Removes a task, unless a purge or a reset has. Its name stays taken for a while. */
  remove(task: Task): void {
    if (!this.#deps.store.delete(task)) return;
    const source = this.#deps.queues.find(task.queue)?.source ?? 'api';
    this.#deps.names.take(task.queue, task.id, this.#now() + NAME_TAKEN[source]);
  }

  /** Deletes tasks that are too old, and frees names whose time is over. */
  expire(): void {
    const now = this.#now();
    let old: Task[];
    do {
      old = this.#deps.store.createdUntil(now - KEPT_MICROS, EXPIRED_AT_ONCE);
      for (const task of old) this.remove(task);
    } while (old.length === EXPIRED_AT_ONCE);
    this.#deps.names.forget(now);
  }

  #chosenId(queue: Queue, name: string): string {
    const { queue: named, id } = splitTaskName(name);
    if (named !== queue.name) throw otherQueue(queue.name, named);
    if (this.#deps.store.find(named, id) || this.#isTaken(named, id)) {
      throw new CloudError('ALREADY_EXISTS', 'Requested entity already exists');
    }
    return id;
  }

  #isTaken(queue: string, id: string): boolean {
    return (this.#deps.names.takenUntil(queue, id) ?? 0) > this.#now();
  }

  #now(): Micros {
    return microsOf(this.#deps.clock.now());
  }
}

const wantsToken = (target: Target) => target.kind === 'http' && target.oidc !== undefined;

/** Cloud Tasks makes up ids of decimal digits, spread evenly. */
const newId = () => randomBytes(8).readBigUInt64BE().toString();

function otherQueue(asked: string, named: string): CloudError {
  const queues = `('${asked}') must be the same as the queue name in the named task ('${named}')`;
  return new CloudError('INVALID_ARGUMENT', `The queue name from request ${queues}.`);
}
