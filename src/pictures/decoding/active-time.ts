/** How often the time of the process is measured, in milliseconds. */
const TICK_MS = 250;

/** A tick that is later than this, in milliseconds, ends a pause: no event loop here is busy for so long. */
const LONGEST_GAP_MS = 1000;

/** The time since its creation without the pauses of the process: stopped by a signal, asleep, or without a core. */
export class ActiveTime {
  readonly #start = performance.now();
  readonly #timer = setInterval(() => this.#look(), TICK_MS).unref();
  #seen = this.#start;
  #paused = 0;

  /** Milliseconds in which the process could not run. */
  pausedMs(): number {
    this.#look();
    return this.#paused;
  }

  /** Milliseconds in which it could. */
  activeMs(): number {
    this.#look();
    return this.#seen - this.#start - this.#paused;
  }

  /** Ends the watch. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    if (now - this.#seen > LONGEST_GAP_MS) this.#paused += now - this.#seen;
    this.#seen = now;
  }
}
