import type { Clock } from '../../clock.ts';

const HOUR = 3_600_000;

/** Sweeps now and then every hour; the returned function ends that. */
export function sweepHourly(clock: Clock, sweep: () => void): () => void {
  sweep();
  let cancel = clock.after(HOUR, again);
  return () => cancel();

  function again(): void {
    sweep();
    cancel = clock.after(HOUR, again);
  }
}
