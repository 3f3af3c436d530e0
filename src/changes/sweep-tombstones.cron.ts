import type { Datastore } from '@google-cloud/datastore';
import type { Clock } from '../clock.ts';
import type { CreateTask } from '../jobs/create-task.ts';
import { defineCron } from '../jobs/define-cron.ts';
import { jobTask } from '../jobs/job-task.ts';
import { findExpired } from '../library/expired.ts';
import { PhotoKind } from '../library/kinds.ts';
import { forgetTombstones } from './forget-tombstones.job.ts';

export interface SweepTombstonesDeps {
  datastore: Datastore;
  clock: Clock;
  createTask: CreateTask;
}

/** Finds users who have tombstones beyond the horizon of the feed, and has each of them freed by tasks of his own. */
export const sweepTombstones = defineCron({
  name: 'sweep-tombstones',
  async run({ datastore, clock, createTask }: SweepTombstonesDeps) {
    const expired = await findExpired(datastore, PhotoKind, clock.now());
    const users = [...new Set(expired.map(({ user }) => user))];
    const run = new Date(clock.now()).toISOString();
    await Promise.all(users.map((user) => createTask(jobTask(forgetTombstones, { user, run }))));
    return `${users.length} users`;
  },
});
