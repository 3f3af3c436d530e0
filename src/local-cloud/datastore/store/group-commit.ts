import type { DatabaseSync } from 'node:sqlite';

/** Writes that arrive in the same turn of the event loop share one SQLite transaction, and so one fsync. */
export class GroupCommit {
  readonly #database: DatabaseSync;
  #open: { done: Promise<void>; resolve: () => void; reject: (error: unknown) => void } | undefined;
  #failure: Error | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /**
   * Runs statements that must not fail: rules are checked before. If the disk refuses, memory and disk no longer agree,
   * so nothing is written any more until the program starts anew.
   */
  run<T>(write: () => T): T {
    if (this.#failure) throw this.#failure;
    if (!this.#open) this.#begin();
    try {
      return write();
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  /**
   * Resolves when everything that can be read now is on disk: no reply may tell of what a crash could take back.
   * @throws Error when the disk has refused a write
   */
  durable(): Promise<void> | undefined {
    if (this.#failure) throw this.#failure;
    return this.#open?.done;
  }

  /** Ends the open transaction now. */
  flush() {
    if (!this.#open) return;
    try {
      this.#database.exec('COMMIT');
      this.#open.resolve();
      this.#open = undefined;
    } catch (error) {
      this.#fail(error);
    }
  }

  #begin() {
    this.#database.exec('BEGIN IMMEDIATE');
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Whoever waits hears of a failure; nobody waiting is no reason to end the process.
    promise.catch(() => undefined);
    this.#open = { done: promise, resolve, reject };
    setImmediate(() => this.flush());
  }

  #fail(cause: unknown) {
    this.#failure = new Error('The Datastore could not write to its file and stays closed until a restart.', { cause });
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    this.#open?.reject(this.#failure);
    this.#open = undefined;
  }
}
