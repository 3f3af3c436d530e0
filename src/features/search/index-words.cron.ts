import type { Clock } from '../../runtime/clock.ts';
import { defineCron } from '../../background/define-cron.ts';
import { fanOutToUsers, type FanOutDeps } from '../../background/fan-out.job.ts';

interface IndexAllWordsDeps extends FanOutDeps {
  clock: Clock;
}

/** Enqueues a task for every user that indexes the words of photos which no search finds yet. */
export const indexAllWords = defineCron({
  name: 'index-words',
  async run({ clock, ...deps }: IndexAllWordsDeps) {
    const run = new Date(clock.now()).toISOString().slice(0, 13);
    return `${await fanOutToUsers(deps, { job: 'index-words', run, payload: { run } })} users`;
  },
});
