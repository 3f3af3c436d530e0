import { AppError } from '../../runtime/errors.ts';
import { rateLimitHeaders } from '../../runtime/rate-limit-headers.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Counter } from '../../runtime/metrics.ts';
import { uploadsQuota } from './quotas.ts';

/** When the ninth upload may be tried again, in seconds. A guess: a place is free when one of the eight ends. */
const RETRY_AFTER = 5;

/** Bounds the uploads of one user that are under way at once: each holds two descriptors and a part in memory. */
export class UploadSlots {
  readonly #quota: number;
  readonly #refusals: Counter;
  readonly #taken = new Map<UserId, number>();

  /** Without a quota there is no bound. */
  constructor(refusals: Counter, quota = Infinity) {
    this.#refusals = refusals;
    this.#quota = quota;
  }

  /**
   * Takes a place for one upload, which is given back by its disposal.
   * @throws AppError rate-limited
   */
  take(user: UserId): Disposable {
    const taken = this.#taken.get(user) ?? 0;
    if (taken >= this.#quota) throw this.#refusal();
    this.#taken.set(user, taken + 1);
    return { [Symbol.dispose]: () => this.#giveBack(user) };
  }

  #giveBack(user: UserId): void {
    const taken = this.#taken.get(user) ?? 0;
    if (taken > 1) this.#taken.set(user, taken - 1);
    else this.#taken.delete(user);
  }

  #refusal(): AppError {
    const limit = uploadsQuota(this.#quota);
    this.#refusals.add({ limit: limit.name });
    return new AppError(
      'rate-limited',
      `${this.#quota} of your uploads are under way. Send the next one when one of them has been answered.`,
      { extra: { limit }, headers: rateLimitHeaders({ ...limit, left: 0, seconds: RETRY_AFTER }) },
    );
  }
}
