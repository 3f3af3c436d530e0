import { AppError } from '../../runtime/errors.ts';
import { rateLimitHeaders } from '../../runtime/rate-limit-headers.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Counter } from '../../runtime/metrics.ts';
import { uploadsQuota } from './quotas.ts';

/** An estimate: a slot is free when one of the user's uploads ends. */
const RETRY_AFTER_SECONDS = 5;

/** Limits the concurrent uploads of one user: each holds two file descriptors and a part in memory. */
export class UploadSlots {
  readonly #quota: number;
  readonly #refusals: Counter;
  readonly #taken = new Map<UserId, number>();

  /** Without a quota there is no limit. */
  constructor(refusals: Counter, quota = Infinity) {
    this.#refusals = refusals;
    this.#quota = quota;
  }

  /**
   * Takes a slot for one upload. Disposing of it frees the slot.
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
      `${this.#quota} of your uploads are under way. Send the next one after a reply to one of them.`,
      { extra: { limit }, headers: rateLimitHeaders({ ...limit, left: 0, seconds: RETRY_AFTER_SECONDS }) },
    );
  }
}
