import type { Clock } from '../../runtime/clock.ts';
import { defineCron } from '../../background/define-cron.ts';
import { walkUsers, type WalkDeps } from '../../background/walk-users.job.ts';

export interface AuditAllDeps extends WalkDeps {
  clock: Clock;
}

/** Has everything of every user held against the bucket. */
export const auditAll = defineCron({
  name: 'audit',
  async run(deps: AuditAllDeps) {
    // By the hour: a repeated run within it creates nothing twice.
    const run = new Date(deps.clock.now()).toISOString().slice(0, 13);
    return `${await walkUsers(deps, { job: 'audit-user', run, payload: { run } })} users`;
  },
});
