import type { DatabaseSync } from 'node:sqlite';

/** The transaction of one turn of the event loop. */
interface Turn {
  done: Promise<void>;
  resolve(): void;
  reject(failure: unknown): void;
  failure?: unknown;
}

/** Writes that arrive in the same turn of the event loop share one SQLite transaction, and so one fsync. */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #undone: (() => void)[] = [];
  #turn: Turn | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Calls `forget` after a transaction that the disk refused: what was remembered of it is not so. */
  onUndone(forget: () => void) {
    this.#undone.push(forget);
  }

  /** Runs statements that break no rule: those are checked before. If the disk refuses one, the whole turn is undone. */
  run<T>(write: () => T): T {
    const turn = (this.#turn ??= this.#begin());
    if (turn.failure) throw turn.failure;
    try {
      return write();
    } catch (error) {
      this.#undo(turn, error);
      throw error;
    }
  }

  /** Runs statements in a transaction of their own, which is on disk in the end. Calls do not hear of its failure. */
  runAlone<T>(write: () => T): T {
    this.flush();
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = write();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /**
   * Resolves when everything that can be read now is on disk: no reply may tell of what a crash could take back.
   * Rejects when the disk has refused it.
   */
  durable(): Promise<void> | undefined {
    return this.#turn?.done;
  }

  /** Ends the open transaction now. */
  flush() {
    const turn = this.#turn;
    if (!turn) return;
    try {
      if (!turn.failure) this.#database.exec('COMMIT');
      turn.resolve();
    } catch (error) {
      this.#undo(turn, error);
    }
    this.#turn = undefined;
  }

  #begin(): Turn {
    this.#database.exec('BEGIN IMMEDIATE');
    const { promise: done, resolve, reject } = Promise.withResolvers<void>();
    // Callers that wait get the failure. Without a caller, the rejection would end the process.
    done.catch(() => undefined);
    setImmediate(() => this.flush());
    return { done, resolve, reject };
  }

  /** The turn goes on without its transaction until it ends, so that all who wrote in it hear of the failure. */
  #undo(turn: Turn, failure: unknown) {
    turn.failure = failure;
    turn.reject(failure);
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    for (const forget of this.#undone) forget();
  }
}
