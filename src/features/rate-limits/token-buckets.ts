import type { Clock } from '../../runtime/clock.ts';
import type { Rate } from './settings.ts';

/** Limit of the buckets. An instance answers a few hundred requests per second, and a bucket fills in seconds. */
const MOST_KEYS = 10_000;

/** Tolerance, because quotients of elapsed times are not exact. */
const ROUNDING = 1e-6;

/**
 * Keeps a token bucket for each key, by the generic cell rate algorithm (ITU-T I.371): it stores only the time at which
 * the bucket is full again. Full buckets are dropped. Beyond `mostKeys` the least recently used buckets are dropped
 * too, so that requests with new keys do not fill the memory. A Map serves here better than an LRU cache: buckets are
 * dropped by what they hold, in the same order.
 */
export class TokenBuckets {
  readonly rate: Rate;
  readonly #clock: Pick<Clock, 'elapsed'>;
  readonly #mostKeys: number;
  /** Time in which one token comes back. */
  readonly #intervalMs: number;
  /** In elapsed milliseconds. Keys are in the order of their last use, because a Map keeps the order of insertion. */
  readonly #fullAt = new Map<string, number>();

  constructor(clock: Pick<Clock, 'elapsed'>, rate: Rate, mostKeys = MOST_KEYS) {
    this.rate = rate;
    this.#clock = clock;
    this.#mostKeys = mostKeys;
    this.#intervalMs = 1000 / rate.perSecond;
  }

  /** Takes a token. Returns the number of tokens that are left, or -1 if there was none. */
  take(key: string): number {
    const now = this.#clock.elapsed();
    const fullAt = Math.max(this.#fullAt.get(key) ?? now, now) + this.#intervalMs;
    const left = Math.floor(this.rate.burst - (fullAt - now) / this.#intervalMs + ROUNDING);
    if (left < 0) return -1;
    this.#fullAt.delete(key);
    this.#fullAt.set(key, fullAt);
    this.#dropFull(now);
    return left;
  }

  /** Returns the seconds until there is a token, at least 1. */
  secondsUntilNext(key: string): number {
    const now = this.#clock.elapsed();
    const fullAt = Math.max(this.#fullAt.get(key) ?? now, now);
    const ms = fullAt + this.#intervalMs - this.rate.burst * this.#intervalMs - now;
    return Math.max(1, Math.ceil(ms / 1000 - ROUNDING));
  }

  /** Number of stored buckets. */
  get size(): number {
    return this.#fullAt.size;
  }

  #dropFull(now: number): void {
    for (const [key, fullAt] of this.#fullAt) {
      if (fullAt > now && this.#fullAt.size <= this.#mostKeys) return;
      this.#fullAt.delete(key);
    }
  }
}
