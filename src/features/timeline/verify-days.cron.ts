import type { Clock } from '../../runtime/clock.ts';
import { defineCron } from '../../background/define-cron.ts';
import { fanOutToUsers, type FanOutDeps } from '../../background/fan-out.job.ts';

interface VerifyAllDaysDeps extends FanOutDeps {
  clock: Clock;
}

/** Enqueues tasks for every user that verify the day counts. */
export const verifyAllDays = defineCron({
  name: 'prove-days',
  async run({ clock, ...deps }: VerifyAllDaysDeps) {
    const run = new Date(clock.now()).toISOString().slice(0, 10);
    return `${await fanOutToUsers(deps, { job: 'prove-days', run, payload: { run } })} users`;
  },
});
