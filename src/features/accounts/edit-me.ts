import { accountErased } from '../../data/rules/erasure.ts';
import { parseIfMatch } from '../../http/replies/conditional.ts';
import { AppError } from '../../runtime/errors.ts';
import type { UserEdit } from '../../data/rules/account-changes.ts';
import type { Caller } from '../../http/route.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { User } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';
import { handleKey, readRoot, type AccountDeps } from './account.ts';
import { requireFreshSignIn } from './fresh-sign-in.ts';
import type { MeEdit } from './schemas.ts';
import type { Datastore } from '@google-cloud/datastore';
import type { Handle } from './handle.ts';

export interface EditMeDeps extends AccountDeps {
  store: Store;
  library: Library;
}

/** The request's `If-Match`, and how a refusal shows the account as it is, with its ETag without quotes. */
export interface EditCondition {
  ifMatch: string | undefined;
  show(user: User): { body?: unknown; etag?: string };
}

/**
 * Changes what an owner may say of the account.
 * @throws AppError `precondition-failed`, `handle-taken`, `conflict`; `fresh-sign-in-required` where a private timeline
 *   becomes public
 */
export async function editMe(deps: EditMeDeps, caller: Caller, edit: MeEdit, condition: EditCondition): Promise<User> {
  const id = caller.user;
  const matches = parseIfMatch(condition.ifMatch);
  const requireMatch = (user: User) => {
    if (matches(user.revision)) return user;
    const { body, etag } = condition.show(user);
    throw new AppError('precondition-failed', 'The account has been edited since you read it: look at `current`.', {
      extra: { current: body },
      headers: { ETag: `"${etag}"` },
    });
  };
  const requireAllowed = (user: User) => {
    if (edit.visibility === 'public' && user.visibility !== 'public') requireFreshSignIn(deps, caller);
    return requireMatch(user);
  };
  if (edit.handle !== undefined) await claimHandle(deps, id, requireAllowed(await requireUser(deps, id)), edit.handle);
  const { before, edited } = await deps.library.commit(id, async (change) => {
    const before = requireAllowed(await change.account.read());
    return { before: before.visibility, edited: await change.account.edit(settled(before, edit)) };
  });
  if (edit.handle !== undefined) deps.accountMemory.byIdentity.clear();
  const { visibility } = edited;
  if (visibility !== before) deps.securityLog('visibility-changed', id, { visibility });
  return edited;
}

/** Throws `not-found` when the account has gone. */
export async function requireUser({ store }: { store: Store }, id: UserId): Promise<User> {
  const user = await store.user(id);
  if (!user) throw accountErased();
  return user;
}

/** Only what was sent is set, in `mail` too. */
function settled({ mail }: User, { displayName, handle, timeZone, visibility, mail: wishes }: MeEdit): UserEdit {
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(handle === undefined ? {} : { handle }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(visibility === undefined ? {} : { visibility }),
    ...(wishes === undefined
      ? {}
      : { mail: { summary: wishes.summary ?? mail.summary, posts: wishes.posts ?? mail.posts } }),
  };
}

/** Names that an account may have had: they stay its own, and nobody shall collect them. */
const MOST_NAMES = 5;

const ALREADY_EXISTS = 6;

/**
 * Makes a handle lead to a user, before the user takes it: when that fails, the name is his all the same and can be
 * taken by another try. Throws `handle-taken`, and `conflict` after too many names.
 */
async function claimHandle({ datastore }: { datastore: Datastore }, id: UserId, user: User, handle: Handle) {
  if (user.handle === handle || user.formerHandles.includes(handle)) return;
  if (user.formerHandles.length + 1 >= MOST_NAMES) {
    throw new AppError(
      'conflict',
      `An account has ${MOST_NAMES} handles at the most. You may go back to one of yours.`,
    );
  }
  const key = handleKey(datastore, handle);
  try {
    await datastore.insert({ key, data: { user: id }, excludeFromIndexes: ['user'] });
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== ALREADY_EXISTS) throw cause;
    if ((await readRoot(datastore, key)) === id) return;
    throw new AppError('handle-taken', `Somebody else is called ${handle}: choose another handle.`, { cause });
  }
}
