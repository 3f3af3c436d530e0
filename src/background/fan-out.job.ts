import { PropertyFilter, type Datastore } from '@google-cloud/datastore';
import { z } from 'zod';
import type { UserId } from '../runtime/ids.ts';
import { UserKind } from '../data/model/entity-kinds.ts';
import { keyOfEntity, keyOf, type Properties } from '../data/model/kind.ts';
import type { CreateTask } from './create-task.ts';
import type { JobRef } from '../data/model/job-ref.ts';
import { defineJob } from './define-job.ts';
import { jobTask } from './job-task.ts';
import { JOBS, type JobName } from './table.ts';

/** Users found with one query, and in one run, so that a run ends well within its time. */
const USERS_PER_PAGE = 100;
const MOST_USERS_PER_RUN = 1000;

export interface FanOutDeps {
  datastore: Datastore;
  createTask: CreateTask;
}

const FanOut = z.object({
  job: z.enum(Object.keys(JOBS) as [JobName, ...JobName[]]),
  run: z.string(),
  payload: z.record(z.string(), z.unknown()),
  among: z.literal('summaryKey').optional(),
  after: z.string().optional(),
});

/** A job for which every user gets a task. */
export interface FanOut extends z.infer<typeof FanOut> {
  /** Names the run, such as a day: in one run no user gets two tasks for the same job. */
  run: string;
  /** What each task gets besides the `user`. */
  payload: Record<string, unknown>;
  /** Only users who have this property, in its order; otherwise all, in the order of their keys. */
  among?: 'summaryKey' | undefined;
  /** Continues after the user at this position of that order. */
  after?: string | undefined;
}

const fanOutRef: JobRef<FanOut> = { name: 'walk-users' };

/** Continues a fan-out that one run did not end. */
export const continueFanOut = defineJob({
  ...fanOutRef,
  payload: FanOut,
  run: async (deps: FanOutDeps, fanOut) => `${await fanOutToUsers(deps, fanOut)} users`,
});

/**
 * Creates one task for each user, and one more that continues where this run ends; returns how many users it found. A
 * global query: on a legacy database it may miss users of the last seconds, which the next fan-out finds. All tasks are
 * named by their work, so a fan-out may be repeated, and may overlap with another, without creating a task twice.
 */
export async function fanOutToUsers({ datastore, createTask }: FanOutDeps, fanOut: FanOut): Promise<number> {
  const { job, run, payload, among } = fanOut;
  const nameFor = (what: string, about: string) => ({ name: [what, job, run, about].join('|') });
  let { after } = fanOut;
  let found = 0;
  while (found < MOST_USERS_PER_RUN) {
    const users = await usersAfter(datastore, among, after);
    const tasks = users.map(({ user }) => jobTask({ name: job }, { ...payload, user }, nameFor('user', user)));
    await Promise.all(tasks.map(createTask));
    found += users.length;
    if (users.length < USERS_PER_PAGE) return found;
    after = users.at(-1)?.place;
  }
  await createTask(jobTask(fanOutRef, { ...fanOut, after }, nameFor('walk', String(after))));
  return found;
}

/** A user, and the user's position in the order of the fan-out. */
interface Found {
  user: UserId;
  place: string;
}

async function usersAfter(datastore: Datastore, among: FanOut['among'], after: string | undefined): Promise<Found[]> {
  const order = among ?? '__key__';
  const all = datastore.createQuery(UserKind.name).select(order).order(order).limit(USERS_PER_PAGE);
  const position = () => (among ? after : keyOf(datastore, after as UserId, UserKind));
  const query = after === undefined ? all : all.filter(new PropertyFilter(order, '>', position()));
  const [entities] = (await datastore.runQuery(query)) as [Properties[], unknown];
  return entities.map((entity) => {
    const user = keyOfEntity(datastore, entity).name as UserId;
    return { user, place: among ? String(entity[among]) : user };
  });
}
