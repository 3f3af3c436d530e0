import { median } from './alternate.ts';
import { load, type Load } from './load.ts';

/** Loads a program several times and notes how long requests took and what CPU they cost. */
export function metered({ cpuMs }: { cpuMs(): number }) {
  const [medians, p99s, cpus]: [number[], number[], number[]] = [[], [], []];
  return {
    /** Requests a second. */
    async run(what: Load): Promise<number> {
      const before = cpuMs();
      const { perSecond, medianMs, p99Ms } = await load(what);
      medians.push(medianMs);
      p99s.push(p99Ms);
      cpus.push((cpuMs() - before) / what.paths.length);
      return perSecond;
    },
    /** Medians over the runs, for people. The CPU is that of the whole program, local cloud included. */
    text: () =>
      `p50 ${median(medians).toFixed(1)} ms, p99 ${median(p99s).toFixed(1)} ms, ${median(cpus).toFixed(2)} ms CPU each`,
  };
}
