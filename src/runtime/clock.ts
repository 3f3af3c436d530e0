/** Where the time comes from. The program passes one clock to everything that asks what time it is or waits. */
export interface Clock {
  /** Milliseconds since the Unix epoch, as the machine has them. A person or a time server may set them at any moment. */
  now(): number;
  /** Milliseconds that have passed on this clock. They never step, and stand still while the machine sleeps. */
  elapsed(): number;
  /** Calls `run` once when `ms` have elapsed. The returned function cancels the call. */
  after(ms: number, run: () => void): () => void;
  /**
   * Calls `stepped` when `now` has moved by more than a second against `elapsed`, with the milliseconds by which it is
   * ahead (or, negative, behind): the clock was set, or the machine slept. The returned function ends that.
   */
  onStep(stepped: (ms: number) => void): () => void;
}

/** The longest delay that a Node timer takes, in milliseconds; longer waits are made of several. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How often the machine's clock is compared with elapsed time, in milliseconds. */
const STEP_CHECK_MS = 1_000;
/** The least difference since the last comparison that counts as a step: a time server's slow corrections do not. */
const LEAST_STEP_MS = 1_000;

/** The machine's own clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, run) {
    const due = performance.now() + ms;
    let timer: NodeJS.Timeout;
    const wait = (left: number) => {
      timer = setTimeout(
        () => (performance.now() < due ? wait(due - performance.now()) : run()),
        Math.min(Math.max(left, 0), LONGEST_TIMER_MS),
      ).unref();
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
  onStep(stepped) {
    const difference = () => Date.now() - performance.now();
    let last = difference();
    const check = () => {
      const ms = difference() - last;
      last += ms;
      if (Math.abs(ms) > LEAST_STEP_MS) stepped(ms);
    };
    const timer = setInterval(check, STEP_CHECK_MS).unref();
    return () => clearInterval(timer);
  },
};

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Lets `ms` elapse, calling what falls due on the way in the order of its times. */
  advance(ms: number): void;
  /** Sets `now` ahead by `ms`, or back if it is negative; no time elapses. */
  step(ms: number): void;
}

/** A clock for tests, starting at `start` (milliseconds since the Unix epoch). */
export function manualClock(start: number): ManualClock {
  let elapsed = 0;
  let offset = start;
  const waiting = new Set<{ due: number; run: () => void }>();
  const listeners = new Set<(ms: number) => void>();
  const earliest = (until: number) =>
    [...waiting].filter((timer) => timer.due <= until).sort((a, b) => a.due - b.due)[0];
  return {
    now: () => offset + elapsed,
    elapsed: () => elapsed,
    after(ms, run) {
      const timer = { due: elapsed + Math.max(ms, 0), run };
      waiting.add(timer);
      return () => waiting.delete(timer);
    },
    onStep(stepped) {
      const listener = (ms: number) => stepped(ms);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    advance(ms) {
      const until = elapsed + ms;
      for (let next = earliest(until); next; next = earliest(until)) {
        waiting.delete(next);
        elapsed = Math.max(elapsed, next.due);
        next.run();
      }
      elapsed = until;
    },
    step(ms) {
      offset += ms;
      for (const stepped of listeners) stepped(ms);
    },
  };
}
