import type { Clock } from '../../runtime/clock.ts';
import { defineCron } from '../../background/define-cron.ts';
import { sumStorage, type SumDeps } from './sum-storage.job.ts';

interface SumAllDeps extends SumDeps {
  clock: Clock;
}

/** Sums the storage of all accounts each night, if MAX_TOTAL_BYTES limits it. */
export const sumAllStorage = defineCron({
  name: 'sum-storage',
  async run(deps: SumAllDeps) {
    if (deps.limits.maxTotalBytes === undefined) return 'nothing summed: MAX_TOTAL_BYTES is not set';
    return sumStorage(deps, { users: 0, bytes: 0, countedAt: deps.clock.now() });
  },
});
