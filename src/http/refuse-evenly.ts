import { setTimeout as pause } from 'node:timers/promises';

/** When a refusal leaves at the earliest, in milliseconds from the start: longer than two lookups of Datastore take. */
export const LEAST_REFUSAL_MS = 50;

/**
 * Runs what may refuse for reasons that its caller must not tell apart by time. A refusal waits for a timer that began
 * with the call, so the time at which it leaves says nothing of the work before it. An answer does not wait.
 */
export async function refuseEvenly<T>(answer: () => Promise<T>): Promise<T> {
  const earliest = pause(LEAST_REFUSAL_MS, undefined, { ref: false });
  try {
    return await answer();
  } catch (error) {
    await earliest;
    throw error;
  }
}
