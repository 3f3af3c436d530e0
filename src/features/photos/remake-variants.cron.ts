import type { Clock } from '../../runtime/clock.ts';
import { defineCron } from '../../background/define-cron.ts';
import { walkUsers, type WalkDeps } from '../../background/walk-users.job.ts';
import { RECIPE } from './recipe.ts';

/** Starts the making anew of smaller sizes for each user, who may have none to be made anew. */
export const startRemaking = defineCron({
  name: 'remake-variants',
  async run({ clock, ...deps }: WalkDeps & { clock: Clock }) {
    const night = new Date(clock.now()).toISOString().slice(0, 10);
    const run = `recipe ${RECIPE} ${night}`;
    return `${await walkUsers(deps, { job: 'remake-variants', run, payload: { run } })} users`;
  },
});
