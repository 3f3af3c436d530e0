import type { Datastore } from '@google-cloud/datastore';
import { definedFields } from '../../runtime/defined-fields.ts';
import { parseIfMatch } from '../../http/replies/conditional.ts';
import { AppError } from '../../runtime/errors.ts';
import type { UserEdit } from '../../data/rules/account-changes.ts';
import type { Caller } from '../../http/route.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { User } from '../../data/model/records.ts';
import { GrpcCode, hasGrpcCode } from '../../runtime/grpc-faults.ts';
import { requireUser, type Store } from '../../data/read/store.ts';
import { handleKey, readRoot, type AccountDeps } from './account.ts';
import { requireFreshSignIn } from './fresh-sign-in.ts';
import type { MeEdit } from './schemas.ts';
import type { Handle } from './handle.ts';

export interface EditMeDeps extends AccountDeps {
  store: Store;
  library: Library;
}

/** The request's `If-Match`, and how a 412 shows the present account, with its ETag without quotes. */
interface EditCondition {
  ifMatch: string | undefined;
  show(user: User): { body?: unknown; etag?: string | undefined };
}

/**
 * Changes the settings of an account.
 * @throws AppError precondition-failed, handle-taken, conflict; fresh-sign-in-required if a private timeline becomes
 *   public
 */
export async function editMe(deps: EditMeDeps, caller: Caller, edit: MeEdit, condition: EditCondition): Promise<User> {
  const id = caller.user;
  const matches = parseIfMatch(condition.ifMatch);
  const requireMatch = (user: User) => {
    if (matches(user.revision)) return user;
    const { body, etag } = condition.show(user);
    throw new AppError(
      'precondition-failed',
      'The account was edited since you read it. Compare with `current`, and send its ETag in If-Match.',
      {
        extra: { current: body },
        headers: { ETag: `"${etag}"` },
      },
    );
  };
  const requireAllowed = (user: User) => {
    if (edit.visibility === 'public' && user.visibility !== 'public') requireFreshSignIn(deps, caller);
    return requireMatch(user);
  };
  if (edit.handle !== undefined) await claimHandle(deps, id, requireAllowed(await requireUser(deps, id)), edit.handle);
  const { before, edited } = await deps.library.commit(id, async (change) => {
    const before = requireAllowed(await change.account.read());
    return { before: before.visibility, edited: await change.account.edit(userEdit(before, edit)) };
  });
  if (edit.handle !== undefined) deps.accountMemory.byIdentity.clear();
  const { visibility } = edited;
  if (visibility !== before) deps.securityLog('visibility-changed', id, { visibility });
  return edited;
}

/** Only fields that were sent are set, in `mail` too. */
function userEdit({ mail }: User, { mail: sent, ...fields }: MeEdit): UserEdit {
  const merged = sent && { summary: sent.summary ?? mail.summary, posts: sent.posts ?? mail.posts };
  return definedFields({ ...fields, mail: merged, memoriesInMail: sent?.memories });
}

/** Handles that one account may have had. They stay its own, and the limit keeps an account from collecting them. */
const MOST_HANDLES = 5;

/**
 * Makes a handle lead to a user, before the user's own entity names it. If that second write fails, the handle belongs
 * to the user all the same, and a repeated request completes the change.
 * @throws AppError handle-taken; conflict after too many handles
 */
async function claimHandle({ datastore }: { datastore: Datastore }, id: UserId, user: User, handle: Handle) {
  if (user.handle === handle || user.formerHandles.includes(handle)) return;
  if (user.formerHandles.length + 1 >= MOST_HANDLES) {
    throw new AppError(
      'conflict',
      `An account may have had at most ${MOST_HANDLES} handles. Choose one of your former handles.`,
    );
  }
  const key = handleKey(datastore, handle);
  try {
    await datastore.insert({ key, data: { user: id }, excludeFromIndexes: ['user'] });
  } catch (cause) {
    if (!hasGrpcCode(cause, GrpcCode.alreadyExists)) throw cause;
    if ((await readRoot(datastore, key)) === id) return;
    throw new AppError('handle-taken', `The handle ${handle} belongs to another account. Choose another handle.`, {
      cause,
    });
  }
}
