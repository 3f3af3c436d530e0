import type { Clock } from '../../../runtime/clock.ts';
import type { Store } from '../store/store.ts';
import type { LiveSessions } from './live-sessions.ts';

/** What every rule of the engine works with. */
export interface Engine {
  store: Store;
  clock: Clock;
  /** Sessions whose bytes are arriving in this process. */
  live: LiveSessions;
}

/** Inside a transaction: a generation above all earlier ones, also across restarts and when the clock stands still. */
export function nextGeneration({ store, clock }: Engine): number {
  const generation = Math.max(clock.now() * 1000, store.counter('generation') + 1);
  store.setCounter('generation', generation);
  return generation;
}
