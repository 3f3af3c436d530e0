import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Free pages are given back once they are more than this share of the file. Fewer are soon used again. */
const MOST_FREE = 1 / 4;

/** Below this size of the file, in pages of 4 KiB, nothing is given back. */
const SMALL_FILE = 2_048;

/** Pages that one step gives back: 2 MiB, moved in some ten milliseconds. */
const STEP = 512;

/** Gives the pages of erased entities back to the file system (SQLite's incremental vacuum). */
export class FreeSpace {
  readonly #database: DatabaseSync;
  readonly #pages: StatementSync;
  readonly #free: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#pages = database.prepare('PRAGMA page_count', { returnArrays: true });
    this.#free = database.prepare('PRAGMA freelist_count', { returnArrays: true });
  }

  /** Whether the file is large and much of it is free. */
  isWorthGivingBack(): boolean {
    const pages = countIn(this.#pages);
    return pages > SMALL_FILE && countIn(this.#free) > MOST_FREE * pages;
  }

  /** Gives some free pages back; false when none are left. The file is shorter after `shortenFile`. */
  giveBackSome(): boolean {
    this.#database.exec(`PRAGMA incremental_vacuum(${STEP})`);
    return countIn(this.#free) > 0;
  }

  /** Moves what the log holds into the file, and cuts the file off behind its last page. Not inside a transaction. */
  shortenFile(): void {
    this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)');
  }
}

function countIn(statement: StatementSync): number {
  const [count] = statement.get() as unknown as [number];
  return count;
}
