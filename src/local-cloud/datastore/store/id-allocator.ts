import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { GroupCommit } from './group-commit.ts';

/** How far the counter on disk runs ahead, so that not every id costs a write. */
const BLOCK = 1024;
const BITS = 52n;
/** Odd, so that multiplying by it modulo 2^52 maps the counter one to one. */
const SPREAD = 0x9e3779b97f4a7n | 1n;

/** Hands out ids that never come again, spread evenly over 1..2^52: a counter, scrambled one to one. */
export class IdAllocator {
  readonly #commits: GroupCommit;
  readonly #advance: StatementSync;
  readonly #reserve: StatementSync;
  readonly #isReserved: StatementSync;
  #next: number;
  #limit: number;

  constructor(database: DatabaseSync, commits: GroupCommit) {
    this.#commits = commits;
    this.#advance = database.prepare(
      "INSERT INTO counter VALUES ('id', ?1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    );
    this.#reserve = database.prepare('INSERT OR IGNORE INTO reserved_id VALUES (?)');
    this.#isReserved = database.prepare('SELECT 1 FROM reserved_id WHERE id = ?');
    this.#next = Number(database.prepare("SELECT value FROM counter WHERE name = 'id'").get()?.['value'] ?? 1);
    this.#limit = this.#next;
    // What the counter on disk was moved to may be undone: the next id moves it again.
    commits.onUndone(() => void (this.#limit = this.#next));
  }

  /** An id as decimal text that was neither handed out nor reserved before. */
  allocate(): string {
    if (this.#next >= this.#limit) this.#extend();
    const id = scramble(this.#next++);
    return this.#isReserved.get(id) ? this.allocate() : id.toString();
  }

  /** Keeps an id, given as decimal text, from being handed out. */
  reserve(id: string) {
    this.#commits.run(() => this.#reserve.run(BigInt(id)));
  }

  #extend() {
    const limit = this.#limit + BLOCK;
    this.#commits.run(() => this.#advance.run(limit));
    this.#limit = limit;
  }
}

const scramble = (count: number) => (BigInt(count) * SPREAD) % (1n << BITS);
