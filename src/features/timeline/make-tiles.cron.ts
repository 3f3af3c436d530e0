import type { Clock } from '../../runtime/clock.ts';
import { defineCron } from '../../background/define-cron.ts';
import { fanOutToUsers, type FanOutDeps } from '../../background/fan-out.job.ts';

interface MakeAllTilesDeps extends FanOutDeps {
  clock: Clock;
}

/** Enqueues a task for every user that counts tiles, and gives tiles to photos without them. */
export const makeAllTiles = defineCron({
  name: 'make-tiles',
  async run({ clock, ...deps }: MakeAllTilesDeps) {
    const run = new Date(clock.now()).toISOString().slice(0, 13);
    return `${await fanOutToUsers(deps, { job: 'make-tiles', run, payload: { run } })} users`;
  },
});
