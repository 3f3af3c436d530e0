import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import { rateLimitHeaders } from '../../runtime/rate-limit-headers.ts';
import type { UserId } from '../../runtime/ids.ts';
import { DAY_MS } from '../../runtime/durations.ts';

/**
 * Counts the sizes and formats that are made on demand, by owner and day (UTC). The sizes that are made after an upload do
 * not count, nor do stored ones. Each instance counts for itself, and a restart begins at zero.
 */
export class DailyConversions {
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #counts = new Map<UserId, number>();
  #day = 0;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  /** @throws AppError rate-limited when the owner has none left today */
  requireLeft(user: UserId): void {
    if (this.#today(user) >= this.#limit) throw this.#usedUp();
  }

  /**
   * Counts one.
   * @throws AppError rate-limited when the owner has none left today
   */
  count(user: UserId): void {
    this.requireLeft(user);
    this.#counts.set(user, this.#today(user) + 1);
  }

  #today(user: UserId): number {
    const day = Math.floor(this.#clock.now() / DAY_MS);
    if (day !== this.#day) this.#counts.clear();
    this.#day = day;
    return this.#counts.get(user) ?? 0;
  }

  #usedUp(): AppError {
    const seconds = Math.ceil((DAY_MS - (this.#clock.now() % DAY_MS)) / 1000);
    const limit = { name: 'conversions', quota: this.#limit, unit: 'requests', left: 0, seconds } as const;
    return new AppError(
      'rate-limited',
      `${this.#limit} sizes and formats have been made for this account today. Those that exist are still served. ` +
        'Ask for others tomorrow (UTC).',
      { headers: rateLimitHeaders(limit) },
    );
  }
}
