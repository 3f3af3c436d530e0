import type { Datastore, Key } from '@google-cloud/datastore';
import type { UserId } from '../../runtime/ids.ts';
import { handleKey, readRoot } from './account.ts';
import { retryTransaction } from './retry-transaction.ts';
import { identityKeysOf } from './erased-identities.ts';

/**
 * Deletes the handles and identities of an erased user. Those that already lead to a new account of the same person
 * stay. May be repeated.
 */
export async function forgetNames(datastore: Datastore, user: UserId, handles: string[]): Promise<void> {
  const roots = [...(await identityKeysOf(datastore, user)), ...handles.map((handle) => handleKey(datastore, handle))];
  for (const root of roots) await retryTransaction(() => forget(datastore, root, user));
}

async function forget(datastore: Datastore, root: Key, user: UserId): Promise<void> {
  const tx = datastore.transaction();
  try {
    const ours = (await readRoot(tx, root)) === user;
    if (ours) tx.delete(root);
    await (ours ? tx.commit() : tx.rollback());
  } catch (error) {
    await tx.rollback().catch(() => undefined);
    throw error;
  }
}
