/** The last entries of a sequence that does not end. */
export class Ring<T> {
  readonly #entries: T[] = [];
  readonly #size: number;
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  push(entry: T): void {
    this.#entries[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#size;
  }

  /** The entries, the newest first. */
  *newestFirst(): Generator<T> {
    const { length } = this.#entries;
    for (let back = 1; back <= length; back++) yield this.#entries[(this.#next - back + length) % length]!;
  }

  clear(): void {
    this.#entries.length = 0;
    this.#next = 0;
  }
}
