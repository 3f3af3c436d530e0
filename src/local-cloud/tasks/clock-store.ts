import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ClockMark } from '../../runtime/clock-watch.ts';
import type { GroupCommit } from './group-commit.ts';
import { NAME_TAKEN } from './name-store.ts';
import type { Micros } from './instants.ts';

/** What was written by a clock that was ahead: it is due at times that would not come for as long as that was. */
const SET_RIGHT = {
  tasks: 'UPDATE tasks SET due = :now + max(due - created, 0), created = :now WHERE created > :now',
  retries: "UPDATE tasks SET due = :now WHERE due > :now AND last_attempt ->> '$.dispatched' > :now",
  names: 'UPDATE taken_names SET until = :latest WHERE until > :latest',
} as const;

/** What the service remembers of its clock, and what a clock that was set back makes wrong in it. */
export class ClockStore {
  readonly #commit: GroupCommit;
  readonly #read: StatementSync;
  readonly #write: StatementSync;
  readonly #setRight: Record<keyof typeof SET_RIGHT, StatementSync>;

  constructor(db: DatabaseSync, commit: GroupCommit) {
    this.#commit = commit;
    this.#read = db.prepare('SELECT since, seen FROM clock');
    this.#write = db.prepare('INSERT OR REPLACE INTO clock VALUES (1, :since, :seen)');
    const { tasks, retries, names } = SET_RIGHT;
    this.#setRight = { tasks: db.prepare(tasks), retries: db.prepare(retries), names: db.prepare(names) };
  }

  /** The mark of the last look at the clock; undefined before the first. */
  mark(): ClockMark | undefined {
    const row = this.#read.get();
    return row && { since: Number(row['since']), seen: Number(row['seen']) };
  }

  keep(mark: ClockMark): void {
    this.#commit.run(() => this.#write.run({ ...mark }));
  }

  /** Counts again from now what a clock has written that was ahead of it: the waits stay as long as they were meant. */
  setRight(now: Micros): void {
    const { tasks, retries, names } = this.#setRight;
    this.#commit.run(() => {
      tasks.run({ now });
      retries.run({ now });
      names.run({ latest: now + NAME_TAKEN['queue.yaml'] });
    });
  }
}
