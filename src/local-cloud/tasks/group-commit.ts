import type { DatabaseSync } from 'node:sqlite';

/** The transaction that is being gathered. */
interface Gathering {
  done: Promise<void>;
  finish(): void;
  /** Whether somebody waits for the disk. */
  awaited: boolean;
}

/** How long a write may stay off the disk for which nobody waits, in milliseconds. */
const LATEST = 100;

/**
 * Folds writes into transactions, so that they share one fsync. What somebody waits for is written when this turn of the
 * event loop ends, together with all that came before; what nobody waits for goes along with that, or follows soon.
 */
export class GroupCommit {
  readonly #db: DatabaseSync;
  #open: Gathering | undefined;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** To be called before a write: begins a transaction unless one is open. */
  join(): void {
    this.#open ??= this.#begin();
  }

  /** Resolves when everything written so far is on the disk, and rejects when it could not be written. */
  durable(): Promise<void> {
    if (!this.#open) return Promise.resolve();
    if (!this.#open.awaited) setImmediate(this.#open.finish);
    this.#open.awaited = true;
    return this.#open.done;
  }

  /** Writes what is open at once. */
  flush(): void {
    this.#open?.finish();
  }

  #begin(): Gathering {
    this.#db.exec('BEGIN IMMEDIATE');
    const { promise: done, resolve, reject } = Promise.withResolvers<void>();
    const finish = () => {
      clearTimeout(timer);
      if (this.#open?.done !== done) return;
      this.#open = undefined;
      this.#commit(resolve, reject);
    };
    const timer = setTimeout(finish, LATEST).unref();
    // Whoever has to know waits for it; a dispatcher's notes may be lost, the task then runs again.
    done.catch(() => undefined);
    return { done, finish, awaited: false };
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
