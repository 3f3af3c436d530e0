import type { Datastore } from '@google-cloud/datastore';
import type { Clock } from '../../runtime/clock.ts';
import type { CreateTask } from '../../background/create-task.ts';
import { defineCron } from '../../background/define-cron.ts';
import { jobTask } from '../../background/job-task.ts';
import { findUsersOfExpired } from '../../data/read/expired.ts';
import { PhotoKind } from '../../data/model/entity-kinds.ts';
import { TRASH_LIFE_MS } from '../../data/model/records.ts';
import { emptyTrashRef } from './erase-photos.ts';

interface PurgeTrashDeps {
  datastore: Datastore;
  clock: Clock;
  createTask: CreateTask;
}

/** Finds users with photos that are in the trash for 30 days, and enqueues a task for each that erases them. */
export const purgeTrash = defineCron({
  name: 'purge-trash',
  deletesByAge: true,
  async run({ datastore, clock, createTask }: PurgeTrashDeps) {
    const now = clock.now();
    const until = now - TRASH_LIFE_MS;
    let all = 0;
    for await (const users of findUsersOfExpired(datastore, PhotoKind, now, 'purgeKey')) {
      await Promise.all(users.map((user) => createTask(jobTask(emptyTrashRef, { user, until }))));
      all += users.length;
    }
    return `${all} users`;
  },
});
