import { setTimeout as pause } from 'node:timers/promises';

interface RetryOptions {
  /** Runs at the most. */
  attempts: number;
  /** Milliseconds between the failure of an attempt, counted from 1, and the next attempt; no pause unless given. */
  backoffMs?(attempt: number): number;
  isRetryable(error: unknown): boolean;
}

/**
 * Runs something until it succeeds.
 * @throws the error of the last attempt, or the first error that is not retryable
 */
export async function retry<T>(run: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { attempts, backoffMs, isRetryable } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) throw error;
      if (backoffMs) await pause(backoffMs(attempt));
    }
  }
}

/** A random pause whose longest value doubles with each attempt, so that contending writers do not meet again. */
export const contentionBackoffMs = (attempt: number): number => Math.random() * 20 * 2 ** attempt;
