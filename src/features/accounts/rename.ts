import type { Datastore } from '@google-cloud/datastore';
import { AppError } from '../../runtime/errors.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { User } from '../../data/model/records.ts';
import { handleKey, readRoot } from './account.ts';
import type { Handle } from './handle.ts';

/** Names that an account may have had: they stay its own, and nobody shall collect them. */
const MOST_NAMES = 5;

const ALREADY_EXISTS = 6;

/**
 * Makes a handle lead to a user, before the user takes it: when that fails, the name is his all the same and can be
 * taken by another try. Throws `handle-taken`, and `conflict` after too many names.
 */
export async function claimHandle({ datastore }: { datastore: Datastore }, id: UserId, user: User, handle: Handle) {
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
