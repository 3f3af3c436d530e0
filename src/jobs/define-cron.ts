import type { CronName } from './table.ts';

/**
 * Work that cron starts: it finds what there is to do and enqueues it, or does a bounded piece. Two runs may overlap,
 * and one that was missed is made good by the next. `run` returns what it did, for the log.
 */
export interface CronJob<D> {
  name: CronName;
  run(deps: D): Promise<string>;
}

export const defineCron = <D>(job: CronJob<D>): CronJob<D> => job;

/** A scheduled job with its dependencies in place. */
export interface BoundCron {
  name: CronName;
  run(): Promise<string>;
}

export const bindCron = <D>(job: CronJob<D>, deps: D): BoundCron => ({ name: job.name, run: () => job.run(deps) });
