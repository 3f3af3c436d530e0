import { accountErased } from '../../data/rules/erasure.ts';
import type { CreateTask } from '../../background/create-task.ts';
import { jobTask } from '../../background/job-task.ts';
import { SHOWN_EVENTS, trimActivityRef, trimmedBefore, type AccountEvent } from '../../data/rules/events.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Store } from '../../data/read/store.ts';

export interface ActivityDeps {
  store: Store;
  createTask: CreateTask;
}

export interface Activity {
  /** The latest events, newest first. */
  events: AccountEvent[];
  /** A task deletes the events before this time, in milliseconds since the Unix epoch. Null if there are none. */
  before: number | null;
}

/** Reads the latest events of an account, and enqueues a task that deletes the older ones. */
export async function readActivity({ store, createTask }: ActivityDeps, id: UserId): Promise<Activity> {
  const user = await store.user(id);
  if (!user) throw accountErased();
  const before = trimmedBefore(user.events);
  // The name says what the task deletes, so that a second read creates no second task.
  if (before !== undefined)
    await createTask(jobTask(trimActivityRef, { user: id, before }, { name: `trim|${id}|${before}` }));
  return { events: user.events.slice(-SHOWN_EVENTS).toReversed(), before: before ?? null };
}
