import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { GroupCommit } from './group-commit.ts';
import type { Micros } from './instants.ts';
import type { QueueSettings } from './queue-settings.ts';

export type QueueState = 'RUNNING' | 'PAUSED' | 'DISABLED';

export interface Queue extends QueueSettings {
  /** The full name. */
  name: string;
  state: QueueState;
  /** How it was made, which decides how long the names of its tasks stay taken. */
  source: 'queue.yaml' | 'api';
  purgedAt?: Micros | undefined;
}

/** The queues. All are in memory, since they are few and each dispatch reads them. Each change is on disk. */
export class QueueStore {
  readonly #commit: GroupCommit;
  #queues = new Map<string, Queue>();
  #deleted = new Map<string, Micros>();
  readonly #allQueues: StatementSync;
  readonly #allDeleted: StatementSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #bury: StatementSync;
  readonly #empty: StatementSync;
  readonly #clear: () => void;

  constructor(db: DatabaseSync, commit: GroupCommit) {
    this.#commit = commit;
    this.#allQueues = db.prepare('SELECT record FROM queues');
    this.#allDeleted = db.prepare('SELECT name, until FROM deleted_queues');
    this.#put = db.prepare('INSERT OR REPLACE INTO queues (name, record) VALUES (?, ?)');
    this.#remove = db.prepare('DELETE FROM queues WHERE name = ?');
    this.#bury = db.prepare('INSERT OR REPLACE INTO deleted_queues (name, until) VALUES (?, ?)');
    this.#empty = db.prepare('DELETE FROM tasks WHERE queue = ?');
    this.#clear = () =>
      db.exec('DELETE FROM tasks; DELETE FROM taken_names; DELETE FROM queues; DELETE FROM deleted_queues;');
    this.#read();
    commit.onUndone(() => this.#read());
  }

  find(name: string): Queue | undefined {
    return this.#queues.get(name);
  }

  /** By name. */
  all(): Queue[] {
    return [...this.#queues.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  put(queue: Queue): Queue {
    this.#commit.run(() => this.#put.run(queue.name, JSON.stringify(queue)));
    this.#queues.set(queue.name, queue);
    return queue;
  }

  /** Deletes all tasks of a queue. */
  empty(name: string): void {
    this.#commit.run(() => this.#empty.run(name));
  }

  /** Deletes a queue with its tasks; its name is blocked until then. */
  delete(name: string, until: Micros): void {
    this.empty(name);
    this.#commit.run(() => this.#remove.run(name));
    this.#commit.run(() => this.#bury.run(name, until));
    this.#queues.delete(name);
    this.#deleted.set(name, until);
  }

  /** Forgets everything: queues, tasks and names. */
  clear(): void {
    this.#commit.run(this.#clear);
    this.#queues.clear();
    this.#deleted.clear();
  }

  /** Until when the name of a deleted queue is blocked. */
  blockedUntil(name: string): Micros | undefined {
    return this.#deleted.get(name);
  }

  #read(): void {
    const queues = this.#allQueues.all().map((row) => JSON.parse(row['record'] as string) as Queue);
    this.#queues = new Map(queues.map((queue) => [queue.name, queue]));
    const deleted = this.#allDeleted.all();
    this.#deleted = new Map(deleted.map((row) => [row['name'] as string, row['until'] as Micros]));
  }
}
