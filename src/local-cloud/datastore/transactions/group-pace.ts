import { systemClock } from '../../../runtime/clock.ts';
import { tooMuchContention } from './contention.ts';

/** Commits that may wait for one entity group; further ones are refused at once. */
const LONGEST_QUEUE = 5;

/**
 * Limits the commits per second of an entity group, as the legacy engine does: a commit that comes too early waits.
 * The wait is in real time even where the clock of the services stands. Otherwise calls would hang until a test moves
 * the clock.
 */
export class GroupPace {
  readonly #interval: number;
  /** By group: when it takes the next commit, in milliseconds of elapsed time. */
  readonly #free = new Map<string, number>();
  readonly #inLine = new Map<string, number>();

  /** `rate` is in commits per second and group; without it no commit waits. */
  constructor(rate: number | undefined) {
    this.#interval = rate === undefined ? 0 : 1000 / rate;
  }

  /**
   * What a commit on these groups has to wait for, and then to ask again; undefined takes the turn.
   * @throws CloudError ABORTED when too many others wait already
   */
  turn(groups: string[]): Promise<void> | undefined {
    if (this.#interval === 0) return undefined;
    const now = systemClock.elapsed();
    this.#forgetFree(now);
    const busy = groups.find((group) => this.#free.has(group));
    if (busy !== undefined) return this.#wait(busy, this.#free.get(busy)! - now);
    for (const group of groups) this.#free.set(group, now + this.#interval);
    return undefined;
  }

  clear() {
    this.#free.clear();
  }

  async #wait(group: string, ms: number) {
    const before = this.#inLine.get(group) ?? 0;
    if (before >= LONGEST_QUEUE) throw tooMuchContention();
    this.#inLine.set(group, before + 1);
    await new Promise<void>((resolve) => systemClock.after(ms, resolve));
    const left = this.#inLine.get(group)! - 1;
    if (left > 0) this.#inLine.set(group, left);
    else this.#inLine.delete(group);
  }

  #forgetFree(now: number) {
    for (const [group, free] of this.#free) if (free <= now) this.#free.delete(group);
  }
}
