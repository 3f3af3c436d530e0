/** The longest turns of this thread's event loop. */
export interface TurnWatch {
  /** The longest turn since the last call (or since the start), in milliseconds of CPU time of this thread. */
  take(): number;
  stop(): void;
}

/**
 * Watches how long this thread works without looking at its timers: for that long no other request is served. A turn is
 * what lies between two runs of a timer of 1 ms: one round of the event loop, or a few very short ones, so that a figure
 * is at most 1 ms too high. CPU time is measured, not wall time: a busy machine does not make a turn longer. Garbage
 * collection on this thread counts. The work of other threads does not.
 */
export function watchTurns(): TurnWatch {
  let before = cpuTime();
  let longest = 0;
  const note = () => {
    const now = cpuTime();
    longest = Math.max(longest, now - before);
    before = now;
  };
  const timer = setInterval(note, 1);
  return {
    take() {
      note();
      const taken = longest;
      longest = 0;
      return taken;
    },
    stop: () => clearInterval(timer),
  };
}

/**
 * The longest turn while `work` runs, in milliseconds of CPU time: the median of `rounds`, after one that warms up. One
 * long garbage collection, or one late compilation, does not change a median.
 */
export async function longestTurn(work: () => Promise<unknown>, rounds = 5): Promise<number> {
  await work();
  const watch = watchTurns();
  const turns: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      watch.take();
      await work();
      turns.push(watch.take());
    }
  } finally {
    watch.stop();
  }
  return turns.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
}

function cpuTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
