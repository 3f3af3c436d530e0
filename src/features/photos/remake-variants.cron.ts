import type { Clock } from '../../runtime/clock.ts';
import { defineCron } from '../../background/define-cron.ts';
import { fanOutToUsers, type FanOutDeps } from '../../background/fan-out.job.ts';
import { RECIPE } from './recipe.ts';

/** Starts a job for each user that makes smaller sizes of an earlier recipe again. */
export const startRemaking = defineCron({
  name: 'remake-variants',
  async run({ clock, ...deps }: FanOutDeps & { clock: Clock }) {
    const night = new Date(clock.now()).toISOString().slice(0, 10);
    const run = `recipe ${RECIPE} ${night}`;
    return `${await fanOutToUsers(deps, { job: 'remake-variants', run, payload: { run } })} users`;
  },
});
