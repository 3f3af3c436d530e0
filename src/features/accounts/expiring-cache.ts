import { LRUCache } from 'lru-cache';
import type { Clock } from '../../runtime/clock.ts';

/** A value, and until when it may be used, in milliseconds since the Unix epoch. */
interface Expiring<V> {
  value: V;
  until: number;
}

interface Entry<V> {
  value: Promise<V>;
  /** In elapsed milliseconds. */
  until: number;
}

/**
 * Keeps values that are expensive to look up, the most recently used ones. Callers that ask for the same key at once
 * share one lookup.
 *
 * LRUCache bounds the entries. Its own expiry is not used: an entry whose time to live is 0 never expires there, and
 * lookups that end in undefined are not kept.
 */
export class ExpiringCache<V> {
  readonly #clock: Clock;
  readonly #entries: LRUCache<string, Entry<V>>;

  constructor({ clock }: { clock: Clock }, capacity: number) {
    this.#clock = clock;
    this.#entries = new LRUCache({ max: capacity });
  }

  /** Returns the value of this key, from `lookUp` unless it is known. A lookup that fails is not kept. */
  get(key: string, lookUp: () => Promise<Expiring<V>>): Promise<V> {
    const known = this.#entries.get(key);
    if (known && this.#clock.elapsed() < known.until) return known.value;
    const found = lookUp();
    const entry: Entry<V> = { value: found.then(({ value }) => value), until: Infinity };
    this.#entries.set(key, entry);
    found.then(
      // By elapsed time, so that a clock that is set back extends no value.
      ({ until }) => (entry.until = this.#clock.elapsed() + until - this.#clock.now()),
      () => this.#entries.peek(key) === entry && this.#entries.delete(key),
    );
    return entry.value;
  }

  /** Forgets the value of one key. A running lookup of it still answers its callers, and is not kept. */
  forget(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}
