import type { Clock } from '../../runtime/clock.ts';
import { defineCron } from '../../background/define-cron.ts';
import { fanOutToUsers, type FanOutDeps } from '../../background/fan-out.job.ts';

interface AuditAllDeps extends FanOutDeps {
  clock: Clock;
}

/** Enqueues an audit of every user. */
export const auditAll = defineCron({
  name: 'audit',
  async run(deps: AuditAllDeps) {
    // The run is named by the hour, so that a repeated run creates no second tasks.
    const run = new Date(deps.clock.now()).toISOString().slice(0, 13);
    return `${await fanOutToUsers(deps, { job: 'audit-user', run, payload: { run } })} users`;
  },
});
