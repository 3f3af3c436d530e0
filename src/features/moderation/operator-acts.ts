import type { Datastore } from '@google-cloud/datastore';
import { createLibrary, type Library } from '../../data/commit/group-commit.ts';
import { userRef, type EntityRef } from '../../data/model/entity-refs.ts';
import { keyOfEntity, packedKind, type Properties } from '../../data/model/kind.ts';
import { createStore, requireUser, type Store } from '../../data/read/store.ts';
import type { Change } from '../../data/rules/change.ts';
import { isSuspended } from '../../data/rules/suspension.ts';
import type { Clock } from '../../runtime/clock.ts';
import { ID_PATTERN, randomText, type ShareId, type UserId } from '../../runtime/ids.ts';
import { nameInShareToken, type ShareName } from '../../signing/share-token.ts';
import { removeShare } from '../shares/change-shares.ts';
import { shareRef } from '../shares/share.ts';
import { forgetReports } from './reports.ts';

/** What the operator did to an account. It is kept as long as the account. */
export interface OperatorAct {
  /** Milliseconds since the Unix epoch. */
  at: number;
  act: 'suspend' | 'unsuspend' | 'revoke-share' | 'dismiss';
  /** The name of the operator's account on the machine where the command ran. */
  by: string;
  /** Why, in the operator's words; empty without any. */
  reason: string;
  /** The id of the share, where the act concerns one. */
  share: string | null;
}

const ActKind = packedKind<OperatorAct>('OperatorAct', {
  version: 1,
  fields: { at: 'number', act: 'string', by: 'string', reason: 'string', share: 'string|null' },
});

const newActRef = (): EntityRef<OperatorAct> => ({ kind: ActKind, name: randomText(16) });

/** What each act says of the operator. */
export interface Operator {
  by: string;
  reason: string;
}

export interface ModerationDeps {
  datastore: Datastore;
  library: Library;
  store: Store;
}

/** The parts of the service that the operator's acts need, beside a running service or without one. */
export function moderationDeps({ datastore, clock }: { datastore: Datastore; clock: Clock }): ModerationDeps {
  // These changes enqueue no task.
  const library = createLibrary({ datastore, clock, deliver: async () => [] });
  return { datastore, library, store: createStore(datastore) };
}

/** The account of a present or former handle. */
export const accountOfHandle = ({ store }: ModerationDeps, handle: string): Promise<UserId | undefined> =>
  store.userOfHandle(handle);

/**
 * Closes an account or opens it again. Nothing is deleted. Returns false if nothing was to be done.
 * @throws AppError account-erased
 */
export const setSuspended = (
  { library }: ModerationDeps,
  user: UserId,
  suspended: boolean,
  operator: Operator,
): Promise<boolean> =>
  library.commit(user, async (change) => {
    const owner = await change.account.read();
    if (isSuspended(owner) === suspended) return false;
    change.entities.write(userRef, { ...owner, suspendedAt: suspended ? change.now : undefined });
    await change.events.note(suspended ? 'suspended' : 'unsuspended');
    keepAct(change, { ...operator, act: suspended ? 'suspend' : 'unsuspend' });
    return true;
  });

/**
 * Ends a share, and forgets the reports about it.
 * @throws AppError not-found, account-erased
 */
export async function revokeShare(
  { datastore, library }: ModerationDeps,
  { user, share }: ShareName,
  operator: Operator,
): Promise<void> {
  await library.commit(
    user,
    async (change) => {
      await removeShare(change, share);
      await change.events.note('share-revoked');
      keepAct(change, { ...operator, act: 'revoke-share', share });
    },
    [shareRef(share)],
  );
  await forgetReports(datastore, share);
}

/** Forgets the reports about a share, which stays. Returns false if there are none. */
export async function dismissReports(
  { datastore, library }: ModerationDeps,
  { user, share }: ShareName,
  operator: Operator,
): Promise<boolean> {
  if (!(await forgetReports(datastore, share))) return false;
  await library.commit(user, async (change) => keepAct(change, { ...operator, act: 'dismiss', share }));
  return true;
}

/** Keeps what the operator did, in the same transaction. */
function keepAct({ entities, now }: Change, act: Omit<OperatorAct, 'at' | 'share'> & { share?: ShareId }): void {
  entities.write(newActRef(), { share: null, ...act, at: now });
}

/** What operators did to an account, the last act last, and since when it is suspended. @throws AppError account-erased */
export async function readHistory(
  { store }: ModerationDeps,
  user: UserId,
): Promise<{ acts: OperatorAct[]; suspendedAt: number | undefined }> {
  const { suspendedAt } = await requireUser({ store }, user);
  const acts = await store.entities(user, ActKind);
  return { acts: acts.toSorted((a, b) => a.at - b.at), suspendedAt };
}

/** Keys that one query reads while it looks for a share. */
const KEYS_PER_QUERY = 1000;

/**
 * Finds the share that a link, a token or an id names. An id does not tell whose share it is, so the keys of all shares are
 * read until it is found.
 */
export async function findShareByText({ datastore }: ModerationDeps, text: string): Promise<ShareName | undefined> {
  const named = nameInShareToken(/[\w-]+$/.exec(text.replace(/\/(report)?$/, ''))?.[0] ?? '');
  if (named) return named;
  if (!ID_PATTERN.test(text)) return undefined;
  const keys = datastore.createQuery('Share').select('__key__').limit(KEYS_PER_QUERY);
  for (let query = keys; ;) {
    const [entities, { endCursor }] = (await datastore.runQuery(query)) as [Properties[], { endCursor?: string }];
    const key = entities.map((entity) => keyOfEntity(datastore, entity)).find(({ name }) => name === text);
    if (key) return { user: key.parent?.name as UserId, share: text as ShareId };
    if (entities.length < KEYS_PER_QUERY || endCursor === undefined) return undefined;
    query = keys.start(endCursor);
  }
}
