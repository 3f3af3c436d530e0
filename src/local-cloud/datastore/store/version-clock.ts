import type { Clock } from '../../../runtime/clock.ts';

/**
 * Gives reads and commits their versions, in microseconds since the Unix epoch. A commit's version is greater than every
 * version given before, so what was read as of a version never changes.
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
