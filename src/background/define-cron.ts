import type { SteadyClock } from './steady-clock.ts';
import type { CronName } from './table.ts';

/**
 * Work that cron starts: it finds what there is to do and enqueues it, or does a bounded part. Two runs may overlap. The
 * next run also does the work of a missed run. `run` returns what it did, for the log.
 */
interface CronJob<D> {
  name: CronName;
  /** Whether it deletes old data by the clock: it then does nothing while the clock is not reliable. */
  deletesByAge?: true;
  run(deps: D): Promise<string>;
}

export const defineCron = <D>(job: CronJob<D>): CronJob<D> => job;

/** A scheduled job with its dependencies in place. */
export interface BoundCron {
  name: CronName;
  run(): Promise<string>;
}

export const bindCron = <D>(job: CronJob<D>, deps: D & { steadyClock: SteadyClock }): BoundCron => ({
  name: job.name,
  async run() {
    const waitMs = job.deletesByAge ? await deps.steadyClock.wait() : 0;
    if (waitMs === 0) return job.run(deps);
    return `nothing deleted: the clock has been set or not watched, and must run steadily for ${minutes(waitMs)} more`;
  },
});

const minutes = (ms: number) => `${Math.ceil(ms / 60_000)} min`;
