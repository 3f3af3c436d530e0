const LIFETIME_MS = 270_000;
const IDLE_MS = 60_000;

export interface Transaction {
  id: Buffer;
  /** The version of everything it reads. */
  snapshot: number;
  /** Undefined in a read-only transaction, which never conflicts. */
  reads: ReadSet | undefined;
  /** Milliseconds of elapsed time: a clock that is set ends no transaction. */
  started: number;
  used: number;
  /** Its commit is in progress: no call may use it, but other commits still wait for it. */
  isEnding: boolean;
}

export const isExpired = ({ started, used }: Transaction, now: number) =>
  now - started >= LIFETIME_MS || now - used >= IDLE_MS;

/** Which entities and which index rows a commit touched, as Latin-1 text of their bytes. */
export interface Touched {
  version: number;
  entities: string[];
  entries: string[];
}

/** What a transaction has read: single entities, and ranges of index rows that must not change. */
export class ReadSet {
  readonly #entities = new Set<string>();
  readonly #ranges: { from: string; to: string }[] = [];

  addEntity(k: Buffer) {
    this.#entities.add(k.toString('latin1'));
  }

  /** Rows from `from` on, up to but not including `to`. */
  addRange(from: Buffer, to: Buffer) {
    this.#ranges.push({ from: from.toString('latin1'), to: to.toString('latin1') });
  }

  isTouchedBy({ entities, entries }: Omit<Touched, 'version'>): boolean {
    // Latin-1 text compares as its bytes do.
    return (
      entities.some((k) => this.#entities.has(k)) ||
      this.#ranges.some(({ from, to }) => entries.some((k) => k >= from && k < to))
    );
  }
}
