import type { Datastore } from '@google-cloud/datastore';
import type { Clock } from '../../runtime/clock.ts';
import type { CreateTask } from '../../background/create-task.ts';
import { defineCron } from '../../background/define-cron.ts';
import { jobTask } from '../../background/job-task.ts';
import { findUsersOfExpired } from '../../data/read/expired.ts';
import { PhotoKind } from '../../data/model/entity-kinds.ts';
import { AlbumKind } from '../albums/album.ts';
import { forgetTombstones } from './forget-tombstones.job.ts';

interface SweepTombstonesDeps {
  datastore: Datastore;
  clock: Clock;
  createTask: CreateTask;
}

/** Finds users with tombstones that the feed no longer needs, and enqueues a task for each that deletes them. */
export const sweepTombstones = defineCron({
  name: 'sweep-tombstones',
  deletesByAge: true,
  async run({ datastore, clock, createTask }: SweepTombstonesDeps) {
    const now = clock.now();
    const run = new Date(now).toISOString();
    let all = 0;
    for (const kind of [PhotoKind, AlbumKind]) {
      for await (const users of findUsersOfExpired(datastore, kind, now)) {
        await Promise.all(users.map((user) => createTask(jobTask(forgetTombstones, { user, run }))));
        all += users.length;
      }
    }
    return `${all} users`;
  },
});
