import type { Clock } from '../../runtime/clock.ts';
import { defineCron } from '../../background/define-cron.ts';
import { fanOutToUsers, type FanOutDeps } from '../../background/fan-out.job.ts';

interface NameEverywhereDeps extends FanOutDeps {
  clock: Clock;
}

/** Enqueues a task for every user that names the places of photos which the data of this release has not named. */
export const namePlacesOfAll = defineCron({
  name: 'name-places',
  async run({ clock, ...deps }: NameEverywhereDeps) {
    const run = new Date(clock.now()).toISOString().slice(0, 13);
    return `${await fanOutToUsers(deps, { job: 'name-places', run, payload: { run } })} users`;
  },
});
