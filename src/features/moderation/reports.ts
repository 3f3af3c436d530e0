import { PropertyFilter, type Datastore, type Key } from '@google-cloud/datastore';
import { keyOfEntity, packedKind, toEntity, type Kind, type Properties } from '../../data/model/kind.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ShareId, UserId } from '../../runtime/ids.ts';
import type { ShareName } from '../../signing/share-token.ts';
import { retryTransaction } from '../accounts/retry-transaction.ts';

/** What guests have reported of one share. Times are milliseconds since the Unix epoch. */
export interface ShareReports {
  share: ShareId;
  user: UserId;
  /** All reports, also those whose reason is not kept. */
  count: number;
  /** The last ones, newest last. */
  latest: { at: number; reason: string }[];
}

const packedReports = packedKind<ShareReports>('ShareReports', {
  version: 1,
  fields: { share: 'string', user: 'string', count: 'number', latest: 'array' },
});

/** Not below the owner: a guest's report neither waits for the owner's changes nor delays them. */
const ReportsKind: Kind<ShareReports> = {
  ...packedReports,
  indexed: ['user'],
  encode: (reports) => ({ ...packedReports.encode(reports), user: reports.user }),
};

const keyOfReports = (datastore: Datastore, share: ShareId): Key => datastore.key([ReportsKind.name, share]);

/** The longest reason, in characters. */
export const LONGEST_REASON = 1000;

/** Reasons that are kept of one share. */
const MOST_REASONS = 10;

/** Reports of one share that are counted. Later ones cost no write. */
const MOST_REPORTS = 1000;

export interface ReportDeps {
  datastore: Datastore;
  clock: Clock;
}

/** Keeps a report of a guest for the operator. */
export const reportShare = (deps: ReportDeps, name: ShareName, reason: string): Promise<void> =>
  retryTransaction(() => addReport(deps, name, reason));

async function addReport({ datastore, clock }: ReportDeps, { user, share }: ShareName, reason: string): Promise<void> {
  const key = keyOfReports(datastore, share);
  const tx = datastore.transaction();
  try {
    const [stored] = (await tx.get(key)) as [Properties | undefined];
    const { count, latest } = stored ? ReportsKind.decode(stored, key) : { count: 0, latest: [] };
    const isCounted = count < MOST_REPORTS;
    const kept = [...latest, { at: clock.now(), reason }].slice(-MOST_REASONS);
    if (isCounted) tx.save(toEntity(key, ReportsKind, { share, user, count: count + 1, latest: kept }));
    await (isCounted ? tx.commit() : tx.rollback());
  } catch (error) {
    await tx.rollback().catch(() => undefined);
    throw error;
  }
}

/** All reports that the operator has not dismissed, the latest last. A global query: the newest may be missing. */
export async function listReports(datastore: Datastore): Promise<ShareReports[]> {
  const [entities] = (await datastore.runQuery(datastore.createQuery(ReportsKind.name))) as [Properties[], unknown];
  const found = entities.map((entity) => ReportsKind.decode(entity, keyOfEntity(datastore, entity)));
  return found.toSorted((a, b) => lastOf(a) - lastOf(b));
}

const lastOf = ({ latest }: ShareReports) => latest.at(-1)?.at ?? 0;

/** Forgets the reports about a share. Returns false if there are none. */
export async function forgetReports(datastore: Datastore, share: ShareId): Promise<boolean> {
  const key = keyOfReports(datastore, share);
  const [found] = (await datastore.get(key)) as [Properties | undefined];
  if (found) await datastore.delete(key);
  return found !== undefined;
}

/** Forgets all reports about shares of a user whose account is erased. */
export async function forgetReportsOf(datastore: Datastore, user: UserId): Promise<void> {
  const query = datastore
    .createQuery(ReportsKind.name)
    .filter(new PropertyFilter('user', '=', user))
    .select('__key__');
  const [entities] = (await datastore.runQuery(query)) as [Properties[], unknown];
  if (entities.length > 0) await datastore.delete(entities.map((entity) => keyOfEntity(datastore, entity)));
}
