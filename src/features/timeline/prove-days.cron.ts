import type { Clock } from '../../runtime/clock.ts';
import { defineCron } from '../../background/define-cron.ts';
import { walkUsers, type WalkDeps } from '../../background/walk-users.job.ts';

export interface ProveAllDaysDeps extends WalkDeps {
  clock: Clock;
}

/** Enqueues tasks for every user that verify the day counts. */
export const proveAllDays = defineCron({
  name: 'prove-days',
  async run({ clock, ...deps }: ProveAllDaysDeps) {
    const run = new Date(clock.now()).toISOString().slice(0, 10);
    return `${await walkUsers(deps, { job: 'prove-days', run, payload: { run } })} users`;
  },
});
