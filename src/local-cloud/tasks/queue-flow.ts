import type { Clock } from '../../runtime/clock.ts';
import type { CallResult } from '../platform-call.ts';
import type { Micros } from './instants.ts';
import type { Queue } from './queue-store.ts';
import type { Target } from './task.ts';
import { OPEN, throttleAfter, type Throttle } from './throttle.ts';
import { fullBucket, hasToken, nextTokenAt, refill, takeToken, type Bucket } from './token-bucket.ts';

/**
 * What a queue is doing right now: kept in memory only, since a restart finds nothing on its way and the bucket full.
 * `now` is elapsed time, which does not step when the clock is set.
 */
export class QueueFlow {
  readonly name: string;
  inFlight = 0;
  /** Set while a wake-up waits for the disk. */
  waking: Promise<void> | undefined;
  #bucket: Bucket | undefined;
  #throttle: Throttle = OPEN;
  #cancelTimer: (() => void) | undefined;

  constructor(name: string) {
    this.name = name;
  }

  mayStart({ rateLimits }: Queue): boolean {
    return this.inFlight < rateLimits.maxConcurrentDispatches;
  }

  /** Learns from an answer at `at` (by the clock) whether the target is overloaded. */
  note(kind: Target['kind'], result: CallResult, now: Micros, at: Micros): void {
    this.#throttle = throttleAfter(this.#throttle, kind, result, now, at);
  }

  /** False when the rate, or an overloaded target, allows nothing at this moment. */
  takeToken({ rateLimits }: Queue, now: Micros): boolean {
    if (this.#throttle.until > now) return false;
    const bucket = refill(this.#bucket ?? fullBucket(rateLimits, now), rateLimits, now);
    this.#bucket = hasToken(bucket) ? takeToken(bucket) : bucket;
    return hasToken(bucket);
  }

  nextTokenAt({ rateLimits }: Queue): Micros {
    return Math.max(this.#bucket ? nextTokenAt(this.#bucket, rateLimits) : 0, this.#throttle.until);
  }

  /** One timer at a time: a later call replaces the earlier one. */
  wait(clock: Clock, time: Micros, run: () => void): void {
    this.stop();
    this.#cancelTimer = clock.after(Math.max(Math.ceil(time / 1_000), 0), run);
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
