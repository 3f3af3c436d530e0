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
