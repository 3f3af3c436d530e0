/** Where the time comes from. The program passes one clock to everything that asks what time it is or waits. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Calls `run` once when `ms` have passed on this clock. The returned function cancels the call. */
  after(ms: number, run: () => void): () => void;
}

/** The longest delay that a Node timer takes, in milliseconds; longer waits are made of several. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The machine's own clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const due = Date.now() + ms;
    let timer: NodeJS.Timeout;
    const wait = (left: number) => {
      timer = setTimeout(
        () => (Date.now() < due ? wait(due - Date.now()) : run()),
        Math.min(Math.max(left, 0), LONGEST_TIMER),
      ).unref();
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Moves the time on by `ms`, calling what falls due on the way in the order of its times. */
  advance(ms: number): void;
}

/** A clock for tests, starting at `start` (milliseconds since the Unix epoch). */
export function manualClock(start: number): ManualClock {
  let time = start;
  const waiting = new Set<{ due: number; run: () => void }>();
  const earliest = (until: number) =>
    [...waiting].filter((timer) => timer.due <= until).sort((a, b) => a.due - b.due)[0];
  return {
    now: () => time,
    after(ms, run) {
      const timer = { due: time + Math.max(ms, 0), run };
      waiting.add(timer);
      return () => waiting.delete(timer);
    },
    advance(ms) {
      const until = time + ms;
      for (let next = earliest(until); next; next = earliest(until)) {
        waiting.delete(next);
        time = Math.max(time, next.due);
        next.run();
      }
      time = until;
    },
  };
}
