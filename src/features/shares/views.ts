import { LRUCache } from 'lru-cache';
import type { CreateTask } from '../../background/create-task.ts';
import { jobTask } from '../../background/job-task.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { ShareName } from '../../signing/share-token.ts';
import { addViewsRef } from './add-views.job.ts';
import { MINUTE_MS } from '../../runtime/durations.ts';

/** Counts how often guests open shares. */
export interface Views {
  count(name: ShareName): Promise<void>;
}

interface ViewsDeps {
  createTask: CreateTask;
  clock: Clock;
  log: Log;
}

const MOST_SHARES_COUNTED = 10_000;

/**
 * Adds the views of an instance to a share at most once a minute, by a task: a share that many guests open at once is
 * written no more often. The views after the last task stay in memory until the next view.
 */
export function createViews({ createTask, clock, log }: ViewsDeps): Views {
  const counts = new LRUCache<string, { views: number; addedAt: number }>({ max: MOST_SHARES_COUNTED });
  return {
    async count({ user, share }) {
      const known = counts.get(user + share) ?? { views: 0, addedAt: -Infinity };
      const views = known.views + 1;
      const now = clock.elapsed();
      const isDue = now - known.addedAt >= MINUTE_MS;
      counts.set(user + share, isDue ? { views: 0, addedAt: now } : { ...known, views });
      if (!isDue) return;
      // A view that is not counted is no reason to show a guest an error.
      await createTask(jobTask(addViewsRef, { user, share, views })).catch((error: unknown) =>
        log.warn({ err: error }, 'The views of a share could not be counted.'),
      );
    },
  };
}
