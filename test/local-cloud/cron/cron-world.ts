import { onTestFinished } from 'vitest';
import type { ManualClock } from '../../../src/runtime/clock.ts';
import { readCronYaml, startCron, type CronOptions, type CronService } from '../../../src/local-cloud/cron/index.ts';
import { startSingleService } from '../../support/single-service.ts';
import { startTargetApp, type TargetApp } from '../tasks/target-app.ts';

export const SECRET = 'the-secret';
/** A Friday. */
export const START = Date.parse('2026-11-20T12:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface CronWorld {
  app: TargetApp;
  clock: ManualClock;
  cron: CronService;
  /** Moves the time on and waits until no run is under way. */
  advance(ms: number): Promise<void>;
  /** Ends the service and starts it again on the same files, `ms` later; `step` is how far the clock is set meanwhile. */
  restart(ms: number, step?: number): Promise<void>;
}

/** The real scheduler on a clock that is moved, and an application that it calls. */
export async function startCronWorld(yaml: string, changes: Partial<CronOptions> = {}): Promise<CronWorld> {
  const app = await startTargetApp();
  const options = { jobs: readCronYaml(yaml), app: () => app.url, secret: SECRET };
  const single = await startSingleService(
    ({ dataDir, clock }) => startCron({ dataDir, clock, ...options, ...changes }),
    {
      startMs: START,
    },
  );
  const { clock } = single;
  const world = { app, clock, cron: single.service };
  onTestFinished(async () => {
    await single.stop();
    await app.stop();
  });
  return Object.assign(world, {
    async advance(ms: number) {
      clock.advance(ms);
      await world.cron.idle();
    },
    async restart(ms: number, step = 0) {
      await single.restart(({ dataDir }) => {
        clock.advance(ms);
        clock.step(step);
        return startCron({ dataDir, clock, ...options, ...changes });
      });
      world.cron = single.service;
    },
  });
}

/** A cron.yaml of one job at `/job`; `more` are further lines of it. */
export const jobYaml = (schedule: string, more: string[] = []) =>
  ['cron:', '  - url: /job', `    schedule: ${schedule}`, ...more.map((line) => `    ${line}`)].join('\n');
