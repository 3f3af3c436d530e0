import { PropertyFilter, type Datastore, type Key } from '@google-cloud/datastore';
import { z } from 'zod';
import type { CreateTask } from '../jobs/create-task.ts';
import { defineJob } from '../jobs/define-job.ts';
import type { UserId } from '../library/ids.ts';
import { keyOf, UserKind, type Properties } from '../library/kinds.ts';
import { sendSummaryRef, SummaryOf } from './send-summary.job.ts';

/** Users found with one query, and in one run, so that it ends well within a request. */
const PAGE = 100;
const MOST_PER_RUN = 1000;

export interface ReaderDeps {
  datastore: Datastore;
  createTask: CreateTask;
}

/** The users after `after`, in the order of their keys, who may get the summary of a period. */
const Walk = SummaryOf.extend({ after: z.string().optional() });
export type Walk = z.infer<typeof Walk>;

const findReadersRef = { name: 'find-readers', queue: 'mail' };

/** Goes on with a walk that one run did not end. */
export const findReaders = defineJob({
  ...findReadersRef,
  payload: Walk,
  attempts: 12,
  run: async (deps: ReaderDeps, walk) => `${await askForSummaries(deps, walk)} readers`,
});

/**
 * Creates one task for each user's summary, and one more that goes on where this run ends; returns how many users it
 * found. A global query: it may miss users of the last seconds, who have nothing in a period that is over. All tasks
 * are named for what they do, so that a repeated walk creates none twice.
 */
export async function askForSummaries({ datastore, createTask }: ReaderDeps, walk: Walk): Promise<number> {
  const { period, key } = walk;
  const enqueue = ({ name: job, queue }: typeof sendSummaryRef, about: string, payload: object) =>
    createTask({ queue, path: `/tasks/${job}`, payload, name: [job, period, key, about].join('|') });

  let { after } = walk;
  let found = 0;
  while (found < MOST_PER_RUN) {
    const users = await usersAfter(datastore, after);
    await Promise.all(users.map((user) => enqueue(sendSummaryRef, user, { user, period, key })));
    found += users.length;
    if (users.length < PAGE) return found;
    after = users.at(-1);
  }
  await enqueue(findReadersRef, String(after), { period, key, after });
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
