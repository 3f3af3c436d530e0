import type { Clock } from '../../runtime/clock.ts';

const HOUR = 3_600_000;

/** Keys that are remembered at most. */
const MOST_KEYS = 10_000;

/**
 * Counts what happens for each key within any hour. Exact where a bucket of tokens is not: that lets its burst and,
 * within the same hour, all that comes back through. For small quotas: it keeps a time for each event.
 */
export class HourlyCounts {
  readonly quota: number;
  readonly #clock: Pick<Clock, 'elapsed'>;
  readonly #mostKeys: number;
  /** Elapsed milliseconds of the events, oldest first; keys by their latest event. */
  readonly #times = new Map<string, number[]>();

  constructor(clock: Pick<Clock, 'elapsed'>, quota: number, mostKeys = MOST_KEYS) {
    this.quota = quota;
    this.#clock = clock;
    this.#mostKeys = mostKeys;
  }

  /** Counts an event, unless the quota of this hour is used up; whether it was counted. */
  take(key: string): boolean {
    const recent = this.#recent(key);
    if (recent.length >= this.quota) return false;
    this.#times.delete(key);
    this.#times.set(key, [...recent, this.#clock.elapsed()]);
    this.#forget();
    return true;
  }

  /** Takes the latest event back: it did not happen. */
  giveBack(key: string): void {
    this.#times.get(key)?.pop();
  }

  /** After how many seconds the next event is within the quota, at least 1. */
  secondsUntilNext(key: string): number {
    const [oldest = 0] = this.#recent(key);
    return Math.max(1, Math.ceil((oldest + HOUR - this.#clock.elapsed()) / 1000));
  }

  #recent(key: string): number[] {
    const since = this.#clock.elapsed() - HOUR;
    return (this.#times.get(key) ?? []).filter((time) => time > since);
  }

  #forget(): void {
    const since = this.#clock.elapsed() - HOUR;
    for (const [key, times] of this.#times) {
      if ((times.at(-1) ?? since) > since && this.#times.size <= this.#mostKeys) return;
      this.#times.delete(key);
    }
  }
}
