/**
 * Runs operations side by side. An operation that fails while another runs is repeated alone, and only that outcome
 * counts. It serves a library whose error messages share one buffer: an operation beside others may throw with an empty
 * message, or with that of another operation.
 *
 * An operation must not run another one inside itself: the two would wait for each other.
 */
export class LoneFailures {
  #running = 0;
  #started = 0;
  #repeatsLeft = 0;
  #repeats: Promise<unknown> = Promise.resolve();
  #onIdle: (() => void) | undefined;

  /** The outcome of `operation`. `isCertain` selects the errors that hold no message of the library: they are not repeated. */
  async run<T>(operation: () => Promise<T>, isCertain: (error: unknown) => boolean): Promise<T> {
    while (this.#repeatsLeft > 0) await this.#repeats;
    const wasIdle = this.#running === 0;
    const number = ++this.#started;
    this.#running += 1;
    try {
      return await operation();
    } catch (error) {
      const wasAlone = wasIdle && this.#started === number;
      if (wasAlone || isCertain(error)) throw error;
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#onIdle?.();
    }
    return this.#runAlone(operation);
  }

  /** Repeats run one after the other. No other operation starts before the last of them has ended. */
  #runAlone<T>(operation: () => Promise<T>): Promise<T> {
    this.#repeatsLeft += 1;
    const repeat = this.#repeats.then(async () => {
      if (this.#running > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
      return operation();
    });
    this.#repeats = repeat.catch(() => undefined).then(() => (this.#repeatsLeft -= 1));
    return repeat;
  }
}
