import type { Clock } from '../../runtime/clock.ts';
import { HOUR_MS } from '../../runtime/durations.ts';

/** Limit of the keys in memory. */
const MOST_KEYS = 10_000;

/**
 * Counts the events of each key within the last hour. A token bucket would not be exact: within one hour it admits its
 * burst and also the tokens that come back. For small quotas, because it stores a time for each event.
 */
export class HourlyCounts {
  readonly quota: number;
  readonly #clock: Pick<Clock, 'elapsed'>;
  readonly #mostKeys: number;
  /** Times of the events in elapsed milliseconds, oldest first. Keys are in the order of their latest event. */
  readonly #times = new Map<string, number[]>();

  constructor(clock: Pick<Clock, 'elapsed'>, quota: number, mostKeys = MOST_KEYS) {
    this.quota = quota;
    this.#clock = clock;
    this.#mostKeys = mostKeys;
  }

  /** Counts an event, and returns true. Returns false if the quota of this hour is used up. */
  take(key: string): boolean {
    const recent = this.#recent(key);
    if (recent.length >= this.quota) return false;
    this.#times.delete(key);
    this.#times.set(key, [...recent, this.#clock.elapsed()]);
    this.#forget();
    return true;
  }

  /** Undoes the count of the latest event. */
  giveBack(key: string): void {
    this.#times.get(key)?.pop();
  }

  /** Returns the seconds until an event is within the quota, at least 1. */
  secondsUntilNext(key: string): number {
    const [oldest = 0] = this.#recent(key);
    return Math.max(1, Math.ceil((oldest + HOUR_MS - this.#clock.elapsed()) / 1000));
  }

  #recent(key: string): number[] {
    const since = this.#clock.elapsed() - HOUR_MS;
    return (this.#times.get(key) ?? []).filter((time) => time > since);
  }

  #forget(): void {
    const since = this.#clock.elapsed() - HOUR_MS;
    for (const [key, times] of this.#times) {
      if ((times.at(-1) ?? since) > since && this.#times.size <= this.#mostKeys) return;
      this.#times.delete(key);
    }
  }
}
