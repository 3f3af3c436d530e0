import type { Clock } from '../../runtime/clock.ts';
import type { Rate } from './settings.ts';

/**
 * Keys that have a bucket at most. An instance answers a few hundred requests a second, and a bucket fills in seconds.
 */
const MOST_KEYS = 10_000;

/** Quotients of elapsed times are not exact. */
const ROUNDING = 1e-6;

/**
 * A bucket of tokens for each key, by the generic cell rate algorithm (ITU-T I.371): of a bucket only the time is kept
 * at which it is full again. Full buckets are forgotten. Beyond `mostKeys` so are those that were used the longest ago,
 * so that requests of ever new keys take no more memory.
 */
export class TokenBuckets {
  readonly rate: Rate;
  readonly #clock: Pick<Clock, 'elapsed'>;
  readonly #mostKeys: number;
  /** Milliseconds in which one token comes back. */
  readonly #interval: number;
  /** In elapsed milliseconds, by the time of last use: a Map keeps the order of insertion. */
  readonly #fullAt = new Map<string, number>();

  constructor(clock: Pick<Clock, 'elapsed'>, rate: Rate, mostKeys = MOST_KEYS) {
    this.rate = rate;
    this.#clock = clock;
    this.#mostKeys = mostKeys;
    this.#interval = 1000 / rate.perSecond;
  }

  /** Takes a token. Returns how many are left, or -1 when there was none. */
  take(key: string): number {
    const now = this.#clock.elapsed();
    const fullAt = Math.max(this.#fullAt.get(key) ?? now, now) + this.#interval;
    const left = Math.floor(this.rate.burst - (fullAt - now) / this.#interval + ROUNDING);
    if (left < 0) return -1;
    this.#fullAt.delete(key);
    this.#fullAt.set(key, fullAt);
    this.#forget(now);
    return left;
  }

  /** After how many seconds there is a token again, at least 1. */
  secondsUntilNext(key: string): number {
    const now = this.#clock.elapsed();
    const fullAt = Math.max(this.#fullAt.get(key) ?? now, now);
    const ms = fullAt + this.#interval - this.rate.burst * this.#interval - now;
    return Math.max(1, Math.ceil(ms / 1000 - ROUNDING));
  }

  /** How many keys have a bucket that is not known to be full. */
  get size(): number {
    return this.#fullAt.size;
  }

  #forget(now: number): void {
    for (const [key, fullAt] of this.#fullAt) {
      if (fullAt > now && this.#fullAt.size <= this.#mostKeys) return;
      this.#fullAt.delete(key);
    }
  }
}
