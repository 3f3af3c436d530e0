import type { DatabaseSync } from 'node:sqlite';

/** Folds the writes of one turn of the event loop into one transaction, so that they share one fsync. */
export class GroupCommit {
  readonly #db: DatabaseSync;
  #open: { done: Promise<void>; finish: () => void } | undefined;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** To be called before a write: begins this turn's transaction unless it has begun. */
  join(): void {
    this.#open ??= this.#begin();
  }

  /** Resolves when everything written so far is on the disk, and rejects when it could not be written. */
  durable(): Promise<void> {
    return this.#open?.done ?? Promise.resolve();
  }

  /** Writes what is open at once. */
  flush(): void {
    this.#open?.finish();
  }

  #begin() {
    this.#db.exec('BEGIN IMMEDIATE');
    const { promise: done, resolve, reject } = Promise.withResolvers<void>();
    const finish = () => {
      clearImmediate(turn);
      this.#open = undefined;
      this.#commit(resolve, reject);
    };
    const turn = setImmediate(finish);
    // Whoever has to know waits for it; a dispatcher's notes may be lost, the task then runs again.
    done.catch(() => undefined);
    return { done, finish };
  }

  #commit(resolve: () => void, reject: (cause: unknown) => void): void {
    try {
      this.#db.exec('COMMIT');
      resolve();
    } catch (cause) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      reject(cause);
    }
  }
}
