import { PropertyFilter, type Datastore, type Key } from '@google-cloud/datastore';
import { z } from 'zod';
import type { UserId } from '../library/ids.ts';
import { keyOf, UserKind, type Properties } from '../library/kinds.ts';
import type { CreateTask } from './create-task.ts';
import { defineJob, type JobRef } from './define-job.ts';
import { jobTask } from './job-task.ts';
import { JOBS, type JobName } from './table.ts';

/** Users found with one query, and in one run, so that it ends well within its time. */
const PAGE = 100;
const MOST_PER_RUN = 1000;

export interface WalkDeps {
  datastore: Datastore;
  createTask: CreateTask;
}

const Walk = z.object({
  job: z.enum(Object.keys(JOBS) as [JobName, ...JobName[]]),
  run: z.string(),
  payload: z.record(z.string(), z.unknown()),
  after: z.string().optional(),
});

/** A job that every user shall get a task for. */
export interface Walk extends z.infer<typeof Walk> {
  /** Says which run this is, such as a day: in one run nobody gets two tasks for the same job. */
  run: string;
  /** What each task is told besides the `user`. */
  payload: Record<string, unknown>;
  /** Goes on after this user, in the order of their keys. */
  after?: string | undefined;
}

const walkUsersRef: JobRef<Walk> = { name: 'walk-users' };

/** Goes on with a walk that one run did not end. */
export const walkUsersOn = defineJob({
  ...walkUsersRef,
  payload: Walk,
  run: async (deps: WalkDeps, walk) => `${await walkUsers(deps, walk)} users`,
});

/**
 * Creates one task for each user, and one more that goes on where this run ends; returns how many users it found. A
 * global query: on a legacy database it may miss users of the last seconds, whom the next walk finds. All tasks are
 * named for what they do, so that a walk may be repeated, and overlap with another, and still creates none twice.
 */
export async function walkUsers({ datastore, createTask }: WalkDeps, walk: Walk): Promise<number> {
  const { job, run, payload } = walk;
  const nameFor = (what: string, about: string) => ({ name: [what, job, run, about].join('|') });
  let { after } = walk;
  let found = 0;
  while (found < MOST_PER_RUN) {
    const users = await usersAfter(datastore, after);
    const tasks = users.map((user) => jobTask({ name: job }, { ...payload, user }, nameFor('user', user)));
    await Promise.all(tasks.map(createTask));
    found += users.length;
    if (users.length < PAGE) return found;
    after = users.at(-1);
  }
  await createTask(jobTask(walkUsersRef, { ...walk, after }, nameFor('walk', String(after))));
  return found;
}

async function usersAfter(datastore: Datastore, after: string | undefined): Promise<UserId[]> {
  const all = datastore.createQuery(UserKind.name).select('__key__').order('__key__').limit(PAGE);
  const query =
    after === undefined
      ? all
      : all.filter(new PropertyFilter('__key__', '>', keyOf(datastore, after as UserId, UserKind)));
  const [entities] = (await datastore.runQuery(query)) as [Properties[], unknown];
  return entities.map((entity) => (entity[datastore.KEY as never] as Key).name as UserId);
}
