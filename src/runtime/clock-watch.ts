import type { Clock } from './clock.ts';

/** What is kept of the clock between two runs of the program; milliseconds since the Unix epoch. */
export interface ClockMark {
  /** Since when the clock has run without a step. */
  since: number;
  /** When it was last compared. */
  seen: number;
}

/** Watches whether the clock is reliable enough to delete old data by it. */
interface ClockWatch {
  /** Judges the clock as it is now, given what was kept: what is to be kept from now on, and how long to wait still. */
  look(kept: ClockMark | undefined): { mark: ClockMark; waitMs: number };
}

/** How long the clock must have run without a step before old data is deleted by it, in milliseconds. */
const STEADY_MS = 3_600_000;
/** A program that was off for no longer than that need not watch for an hour again, in milliseconds. */
const LONGEST_GAP_MS = 3_600_000;
/** What the clock may differ from elapsed time between two comparisons, in milliseconds: time servers correct it slowly. */
const TOLERANCE_MS = 60_000;

/**
 * A clock that is set ahead makes everything old at once. So the clock is compared with elapsed time while the program
 * runs, and against the last mark over a restart: after a step, or a longer pause, deletions wait for an hour. In that
 * time a wrong clock is most often set right, which counts as another step.
 */
export function watchClock(clock: Clock): ClockWatch {
  let last = { now: clock.now(), elapsed: clock.elapsed() };
  let steadySince = last.now;
  return {
    look(kept) {
      const [now, elapsed] = [clock.now(), clock.elapsed()];
      if (Math.abs(now - last.now - (elapsed - last.elapsed)) > TOLERANCE_MS) steadySince = now;
      last = { now, elapsed };
      const goesOn = kept && kept.seen <= now + TOLERANCE_MS && steadySince <= kept.seen + LONGEST_GAP_MS;
      const since = goesOn ? Math.min(kept.since, steadySince) : steadySince;
      return { mark: { since, seen: now }, waitMs: Math.max(STEADY_MS - (now - since), 0) };
    },
  };
}
