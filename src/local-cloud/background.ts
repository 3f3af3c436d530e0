import type { Clock } from '../runtime/clock.ts';
import { diskFault } from './disk-fault.ts';

/** Between two attempts at a write that the disk has refused. */
const BACKOFF_MS = 5_000;

/** Which service writes, and where a refusal is reported. */
interface BackgroundOptions {
  clock: Clock;
  /** The name of the service, which begins each report. */
  service: string;
  report?: (line: string) => void;
}

/**
 * Writes for which no caller waits. A full, read-only or broken disk ends neither the process nor the work: the first
 * refusal is reported, and refused work is attempted again until the disk accepts it.
 */
export class Background {
  readonly #options: Required<BackgroundOptions>;
  readonly #refused = new Map<string, () => void>();
  #cancelRetry: (() => void) | undefined;
  #isStopped = false;

  constructor({ report = console.error, ...options }: BackgroundOptions) {
    this.#options = { ...options, report };
  }

  /** Whether the disk refuses some of this work now. */
  get isRefused(): boolean {
    return this.#refused.size > 0;
  }

  /** Does `work`, which may be repeated. Of refused work with one name only the latest is attempted again. */
  run(name: string, work: () => void): void {
    try {
      work();
      if (this.#refused.delete(name) && !this.isRefused) this.#reportEnd();
    } catch (error) {
      this.retry(name, error, work);
    }
  }

  /**
   * Queues `work` that the disk has refused elsewhere: it is attempted again later.
   * @throws the error when the disk is not its reason
   */
  retry(name: string, error: unknown, work: () => void): void {
    const fault = diskFault(error);
    if (!fault) throw error;
    if (this.#isStopped) return;
    if (!this.isRefused) this.#options.report(`${this.#options.service} tries again later: ${fault.message}`);
    this.#refused.set(name, work);
    this.#cancelRetry ??= this.#options.clock.after(BACKOFF_MS, () => this.#retryAll());
  }

  /** Attempts refused work a last time. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelRetry?.();
    this.#retryAll();
  }

  #retryAll(): void {
    this.#cancelRetry = undefined;
    for (const [name, work] of this.#refused) this.run(name, work);
  }

  #reportEnd(): void {
    this.#options.report(`${this.#options.service} goes on: the disk takes its writes again.`);
  }
}
