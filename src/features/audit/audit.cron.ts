import type { Clock } from '../../runtime/clock.ts';
import { defineCron } from '../../background/define-cron.ts';
import { fanOutToUsers, type FanOutDeps } from '../../background/fan-out.job.ts';

export interface AuditAllDeps extends FanOutDeps {
  clock: Clock;
}

/** Has everything of every user held against the bucket. */
export const auditAll = defineCron({
  name: 'audit',
  async run(deps: AuditAllDeps) {
    // By the hour: a repeated run within it creates nothing twice.
    const run = new Date(deps.clock.now()).toISOString().slice(0, 13);
    return `${await fanOutToUsers(deps, { job: 'audit-user', run, payload: { run } })} users`;
  },
});
