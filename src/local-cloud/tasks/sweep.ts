import type { Clock } from '../../runtime/clock.ts';
import { watchClock } from '../../runtime/clock-watch.ts';
import type { ClockStore } from './clock-store.ts';

const HOUR = 3_600_000;

/** Sweeps every hour in which the clock can be believed, beginning now; the returned function ends that. */
export function sweepHourly(clock: Clock, marks: ClockStore, sweep: () => void, run: (work: () => void) => void) {
  const watch = watchClock(clock);
  let cancel = () => {};
  const look = () => {
    const { mark, waitMs } = watch.look(marks.mark());
    marks.keep(mark);
    if (waitMs === 0) sweep();
  };
  const again = () => {
    run(look);
    cancel = clock.after(HOUR, again);
  };
  again();
  return () => cancel();
}
