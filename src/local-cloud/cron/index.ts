import type { Clock } from '../../runtime/clock.ts';
import { Background } from '../background.ts';
import { createPlatformCaller } from '../platform-call.ts';
import type { CronJob } from './cron-yaml.ts';
import { JobRunner } from './job-runner.ts';
import { openRunStore, type RunState } from './run-store.ts';

export { readCronYaml, type CronJob } from './cron-yaml.ts';
export { nextRun } from './next-run.ts';

export interface CronOptions {
  /** The folder of `cron.sqlite`. */
  dataDir: string;
  clock: Clock;
  jobs: CronJob[];
  /** Base URL of the application, undefined while it is not up; what is due meanwhile runs once then. */
  app: () => string | undefined;
  /** Sent with every call. */
  secret: string;
}

/** A job with what happened last and when it runs next (`due`, milliseconds since the Unix epoch). */
export interface CronJobState {
  job: CronJob;
  state: RunState & { running: boolean; due: number };
}

export interface CronService {
  jobs(): CronJobState[];
  /**
   * Runs the job of that url now and returns the HTTP status.
   * @throws Error when there is no such job or no response
   */
  runNow(url: string): Promise<number>;
  /** Called when the app has started: what was due meanwhile runs once. */
  wake(): void;
  /** Resolves when no run is in progress. */
  idle(): Promise<void>;
  /** Forgets all runs: the next ones are counted from now. */
  reset(): void;
  /** Aborts a run in progress. It runs again after the next start. */
  stop(): Promise<void>;
}

/** App Engine's cron: calls the application at the times of cron.yaml. */
export function startCron(options: CronOptions): CronService {
  const store = openRunStore(options.dataDir);
  const caller = createPlatformCaller(options.clock);
  const background = new Background({ clock: options.clock, service: 'Cron' });
  const runners = options.jobs.map((job) => new JobRunner(job, { ...options, store, caller, background }));
  const idle = async () => void (await Promise.all(runners.map((runner) => runner.idle())));
  return {
    jobs: () => runners.map(({ job, state }) => ({ job, state })),
    async runNow(url) {
      const runner = runners.find(({ job }) => job.url === url);
      if (!runner) throw new Error(`cron.yaml has no job for ${url}.`);
      const result = await runner.run();
      if (result.status === undefined) throw new Error(result.reason);
      return result.status;
    },
    wake: () => runners.forEach((runner) => runner.wake()),
    idle,
    reset: () => runners.forEach((runner) => runner.reset()),
    async stop() {
      for (const runner of runners) runner.stop();
      caller.stop();
      await idle();
      background.stop();
      store.close();
    },
  };
}
