import type { DatabaseSync } from 'node:sqlite';
import type { Background } from '../background.ts';
import { diskFault } from '../disk-fault.ts';

/** The transaction that is being gathered. */
interface Gathering {
  done: Promise<void>;
  resolve(): void;
  reject(cause: unknown): void;
  timer: NodeJS.Timeout;
  /** Whether a caller waits for the disk. */
  awaited: boolean;
  /** What is written once more if the disk refuses the transaction. */
  notes: (() => void)[];
}

/** How long a write may stay off the disk for which no caller waits, in milliseconds. */
const LONGEST_DELAY_MS = 100;

/**
 * Groups writes into transactions, so that they share one fsync. A write that a caller waits for is committed when this
 * turn of the event loop ends, together with all writes before it. A write without a waiting caller is committed with the
 * next one, or soon after. If the disk refuses a transaction, its callers get the error, and its notes are written again.
 */
export class GroupCommit {
  readonly #db: DatabaseSync;
  readonly #background: Background;
  readonly #undone: (() => void)[] = [];
  #open: Gathering | undefined;
  /** Notes that the disk has refused, in their order: nothing else is written before them. */
  #refused: (() => void)[] = [];
  #isNoting = false;

  constructor(db: DatabaseSync, background: Background) {
    this.#db = db;
    this.#background = background;
  }

  /** Calls `forget` after a transaction that the disk refused: what was remembered of it is not so. */
  onUndone(forget: () => void): void {
    this.#undone.push(forget);
  }

  /** Runs statements for a caller who then waits for `durable`. If the disk refuses one, the transaction is undone. */
  run<T>(write: () => T): T {
    // A note is guarded as a whole.
    if (this.#isNoting) return write();
    return this.#guard(this.#opened(), write);
  }

  /** Writes what is true already. If the disk refuses it now, it is written again until the disk accepts it. */
  note(write: () => void): void {
    try {
      this.noteNow(write);
    } catch (error) {
      if (!diskFault(error)) throw error;
      this.#refused.push(write);
      this.#retryNotes(error);
    }
  }

  /** The same, except that a disk that refuses it at once is told to the caller, and the write then forgotten. */
  noteNow(write: () => void): void {
    this.#apply(this.#opened(), write);
  }

  /**
   * Writes refused notes now: what is read next follows from them.
   * @throws Error of SQLite while the disk still refuses them
   */
  settle(): void {
    if (this.#refused.length > 0) this.#opened();
  }

  /** Resolves when everything written so far is on the disk, and rejects when it could not be written. */
  durable(): Promise<void> {
    const open = this.#open;
    if (!open) return Promise.resolve();
    if (!open.awaited) setImmediate(() => this.#finish(open));
    open.awaited = true;
    return open.done;
  }

  /** Writes what is open at once. @throws Error of SQLite when the disk refuses it */
  flush(): void {
    if (this.#open) this.#commit(this.#open);
  }

  #opened(): Gathering {
    const open = (this.#open ??= this.#begin());
    while (this.#refused[0]) {
      this.#apply(open, this.#refused[0]);
      this.#refused.shift();
    }
    return open;
  }

  #begin(): Gathering {
    this.#db.exec('BEGIN IMMEDIATE');
    const { promise: done, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => this.#finish(open), LONGEST_DELAY_MS).unref();
    const open: Gathering = { done, resolve, reject, timer, awaited: false, notes: [] };
    // A failure rejects the waiting callers. Without any it is no reason to end the process.
    done.catch(() => undefined);
    return open;
  }

  #apply(open: Gathering, note: () => void): void {
    this.#isNoting = true;
    try {
      this.#guard(open, note);
      open.notes.push(note);
    } finally {
      this.#isNoting = false;
    }
  }

  #guard<T>(open: Gathering, write: () => T): T {
    try {
      return write();
    } catch (error) {
      // SQLite rolls back a transaction by itself when the disk is full.
      if (diskFault(error) || !this.#db.isTransaction) this.#undo(open, error);
      throw error;
    }
  }

  #finish(open: Gathering): void {
    if (this.#open !== open) return;
    try {
      this.#commit(open);
    } catch (error) {
      if (this.#refused.length > 0) this.#retryNotes(error);
    }
  }

  #commit(open: Gathering): void {
    try {
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#undo(open, error);
      throw error;
    }
    clearTimeout(open.timer);
    this.#open = undefined;
    open.resolve();
  }

  #undo(open: Gathering, cause: unknown): void {
    clearTimeout(open.timer);
    this.#open = undefined;
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
    this.#refused.unshift(...open.notes);
    open.reject(cause);
    for (const forget of this.#undone) forget();
  }

  #retryNotes(error: unknown): void {
    this.#background.retry('notes', error, () => this.#commit(this.#opened()));
  }
}
