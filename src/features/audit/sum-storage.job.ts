import { PropertyFilter, type Datastore } from '@google-cloud/datastore';
import { z } from 'zod';
import type { CreateTask } from '../../background/create-task.ts';
import type { JobRef } from '../../data/model/job-ref.ts';
import { defineJob } from '../../background/define-job.ts';
import { jobTask } from '../../background/job-task.ts';
import type { UserId } from '../../runtime/ids.ts';
import { UserKind } from '../../data/model/entity-kinds.ts';
import { keyOfEntity, keyOf, type Properties } from '../../data/model/kind.ts';
import type { Log } from '../../runtime/log.ts';
import { keepTotal, readTotal, type ServiceTotal } from '../photos/service-space.ts';

export interface SumDeps {
  datastore: Datastore;
  createTask: CreateTask;
  limits: { maxTotalBytes: number | undefined };
  log: Log;
}

/** Accounts per query. */
const USERS_PER_PAGE = 200;
/** Accounts per run. A run then ends well within its time limit. */
const MAX_PER_RUN = 10_000;

const Sum = z.object({
  users: z.number(),
  bytes: z.number(),
  countedAt: z.number(),
  /** The last account that is in the sum. */
  after: z.string().optional(),
});
type Sum = z.infer<typeof Sum>;

const sumStorageRef: JobRef<Sum> = { name: 'sum-storage' };

/** Continues a sum that one run did not finish. */
export const sumStorageOn = defineJob({
  ...sumStorageRef,
  payload: Sum,
  run: (deps: SumDeps, sum) => sumStorage(deps, sum),
});

/**
 * Sums the storage of all accounts, stores the sum, and logs a sum above the limit. A global query: on a legacy
 * database it may miss changes of the last seconds. The next night counts them.
 */
export async function sumStorage(deps: SumDeps, begun: Sum): Promise<string> {
  let sum = begun;
  for (let found = 0; found < MAX_PER_RUN;) {
    const page = await accountsAfter(deps.datastore, sum.after);
    sum = add(sum, page);
    found += page.length;
    if (page.length < USERS_PER_PAGE) return conclude(deps, sum);
  }
  const name = ['sum-storage', sum.countedAt, sum.after].join('|');
  await deps.createTask(jobTask(sumStorageRef, sum, { name }));
  return `${sum.users} accounts so far`;
}

interface Account {
  user: string;
  bytes: number;
}

async function accountsAfter(datastore: Datastore, after: string | undefined): Promise<Account[]> {
  const all = datastore.createQuery(UserKind.name).order('__key__').limit(USERS_PER_PAGE);
  const query =
    after === undefined
      ? all
      : all.filter(new PropertyFilter('__key__', '>', keyOf(datastore, after as UserId, UserKind)));
  const [entities] = (await datastore.runQuery(query)) as [Properties[], unknown];
  return entities.map((entity) => {
    const key = keyOfEntity(datastore, entity);
    const { bytes, reservedBytes } = UserKind.decode(entity, key);
    return { user: key.name ?? '', bytes: bytes + reservedBytes };
  });
}

const add = ({ users, bytes, countedAt, after }: Sum, page: Account[]): Sum => ({
  users: users + page.length,
  bytes: page.reduce((total, account) => total + account.bytes, bytes),
  countedAt,
  after: page.at(-1)?.user ?? after,
});

async function conclude(deps: SumDeps, { after: _after, ...total }: Sum): Promise<string> {
  const before = await readTotal(deps.datastore);
  await keepTotal(deps.datastore, total);
  logTotal(deps, total, before);
  return `${total.bytes} bytes of ${total.users} accounts`;
}

/** Logs one error each night while uploads are closed, and one warning when they are open again. */
function logTotal({ limits, log }: SumDeps, total: ServiceTotal, before: ServiceTotal | undefined): void {
  const { maxTotalBytes = Infinity } = limits;
  const facts = { totalBytes: total.bytes, maxTotalBytes, users: total.users };
  if (total.bytes > maxTotalBytes) log.error(facts, 'The service is full. Uploads get 507.');
  else if (before && before.bytes > maxTotalBytes) log.warn(facts, 'The service has room again. Uploads are open.');
}
