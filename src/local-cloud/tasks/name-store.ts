import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { GroupCommit } from './group-commit.ts';
import { DAY_MICROS, HOUR_MICROS, type Micros } from './instants.ts';

/** How long the name of a deleted task stays taken, by how its queue was made (cloudtasks.proto, `CreateTaskRequest.task`). */
export const NAME_TAKEN = { 'queue.yaml': 9 * DAY_MICROS, api: HOUR_MICROS } as const;

/** The names of deleted tasks, which stay taken for a while. */
export class NameStore {
  readonly #commit: GroupCommit;
  readonly #take: StatementSync;
  readonly #takeAll: StatementSync;
  readonly #until: StatementSync;
  readonly #forget: StatementSync;

  constructor(db: DatabaseSync, commit: GroupCommit) {
    this.#commit = commit;
    this.#take = db.prepare('INSERT OR REPLACE INTO taken_names (queue, id, until) VALUES (?, ?, ?)');
    this.#takeAll = db.prepare(
      'INSERT OR REPLACE INTO taken_names (queue, id, until) SELECT queue, id, :until FROM tasks WHERE queue = :queue',
    );
    this.#until = db.prepare('SELECT until FROM taken_names WHERE queue = ? AND id = ?');
    this.#forget = db.prepare('DELETE FROM taken_names WHERE until <= ?');
  }

  take(queue: string, id: string, until: Micros): void {
    this.#commit.run(() => this.#take.run(queue, id, until));
  }

  /** Takes the names of all tasks that a queue has now. */
  takeAll(queue: string, until: Micros): void {
    this.#commit.run(() => this.#takeAll.run({ queue, until }));
  }

  /** Until when a name is taken; undefined if it never was or has been forgotten. */
  takenUntil(queue: string, id: string): Micros | undefined {
    return this.#until.get(queue, id)?.['until'] as Micros | undefined;
  }

  forget(now: Micros): void {
    this.#commit.run(() => this.#forget.run(now));
  }
}
