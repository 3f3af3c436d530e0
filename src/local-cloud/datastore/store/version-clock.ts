import type { Clock } from '../../../runtime/clock.ts';

/**
 * Tells reads and commits their moment, in microseconds since the Unix epoch. A commit is later than every moment told
 * before, so what was read at a moment stays true of it.
 */
export class VersionClock {
  readonly #clock: Clock;
  #last: number;

  /** `last` is the latest version on disk. */
  constructor(clock: Clock, last: number) {
    this.#clock = clock;
    this.#last = last;
  }

  now(): number {
    this.#last = Math.max(this.#last, this.#clock.now() * 1000);
    return this.#last;
  }

  next(): number {
    this.#last = Math.max(this.#last + 1, this.#clock.now() * 1000);
    return this.#last;
  }
}
