import type { Clock } from '../runtime/clock.ts';
import { diskFault } from './disk-fault.ts';

/** Milliseconds between two attempts of what the disk has refused. */
const PAUSE = 5_000;

/** Who writes, and where a refusal is told. */
interface BackgroundOptions {
  clock: Clock;
  /** The name of the service, which begins each report. */
  service: string;
  report?: (line: string) => void;
}

/**
 * Writes for which no caller waits. A full, read-only or broken disk ends neither the process nor the work: the first
 * refusal is reported, and all refused work is tried again until the disk takes it.
 */
export class Background {
  readonly #options: Required<BackgroundOptions>;
  readonly #refused = new Map<string, () => void>();
  #cancelRetry: (() => void) | undefined;
  #isStopped = false;

  constructor({ report = console.error, ...options }: BackgroundOptions) {
    this.#options = { ...options, report };
  }

  /** Whether the disk refuses some of this work at the moment. */
  get isRefused(): boolean {
    return this.#refused.size > 0;
  }

  /** Does `work`, which may be repeated. Of refused work with the same name only the latest is tried again. */
  run(name: string, work: () => void): void {
    try {
      work();
      if (this.#refused.delete(name) && !this.isRefused) this.#reportEnd();
    } catch (error) {
      this.retry(name, error, work);
    }
  }

  /**
   * The disk has refused `work` elsewhere: it is tried again later.
   * @throws the error when the disk is not its reason
   */
  retry(name: string, error: unknown, work: () => void): void {
    const fault = diskFault(error);
    if (!fault) throw error;
    if (this.#isStopped) return;
    if (!this.isRefused) this.#options.report(`${this.#options.service} tries again later: ${fault.message}`);
    this.#refused.set(name, work);
    this.#cancelRetry ??= this.#options.clock.after(PAUSE, () => this.#retryAll());
  }

  /** Tries refused work a last time. */
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
