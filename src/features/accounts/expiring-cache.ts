import type { Clock } from '../../runtime/clock.ts';

/** A value, and until when it may be believed, in milliseconds since the Unix epoch. */
export interface Perishable<V> {
  value: V;
  until: number;
}

interface Entry<V> {
  value: Promise<V>;
  /** In elapsed time. */
  until: number;
}

/** Values that were dear to find, the most recently used ones of them. Those who ask at once wait for one search. */
export class ExpiringCache<V> {
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #entries = new Map<string, Entry<V>>();

  constructor({ clock }: { clock: Clock }, capacity: number) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  /** The value of this key, found by `find` unless it is known. A search that fails is not remembered. */
  get(key: string, find: () => Promise<Perishable<V>>): Promise<V> {
    const known = this.#entries.get(key);
    this.#entries.delete(key);
    const entry = known && this.#clock.elapsed() < known.until ? known : this.#search(key, find);
    // The map keeps the order of insertion: the first key is the one that has not been used for the longest time.
    this.#entries.set(key, entry);
    this.#dropOldest();
    return entry.value;
  }

  /** Forgets the value of one key. A search for it that is under way still answers those who wait for it. */
  forget(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  #search(key: string, find: () => Promise<Perishable<V>>): Entry<V> {
    const found = find();
    const entry: Entry<V> = { value: found.then(({ value }) => value), until: Infinity };
    found.then(
      // By elapsed time: a clock that is set back makes nothing believable for longer.
      ({ until }) => (entry.until = this.#clock.elapsed() + until - this.#clock.now()),
      () => this.#entries.get(key) === entry && this.#entries.delete(key),
    );
    return entry;
  }

  #dropOldest(): void {
    if (this.#entries.size <= this.#capacity) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
