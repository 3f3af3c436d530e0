import type { z } from 'zod';
import type { JobRef } from '../../data/model/job-ref.ts';
import type { SweepPayload } from '../../background/define-sweep.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { isAccountErased } from '../../data/rules/erasure.ts';
import { randomText, type UserId } from '../../runtime/ids.ts';
import type { LivingUsers } from '../../data/read/living-users.ts';
import type { Erasing } from './erase-account.job.ts';

export interface AccountDeletionDeps {
  library: Library;
  /** Notes that this user's identity has left, before the account is erased. */
  noteErasure(user: UserId): Promise<void>;
  /** Lets this instance forget whom it has seen. */
  forgetAccounts(): void;
  livingUsers: Pick<LivingUsers, 'forget'>;
}

const eraseAccountRef: JobRef<SweepPayload<z.infer<typeof Erasing>>> = { name: 'erase-account' };

/**
 * Takes the user's own row away, without which nothing of his can be read or written, and has the rest erased by tasks
 * that the same transaction brings about. That he has left already is fine: a repeated request finds him gone.
 */
export async function deleteAccount(deps: AccountDeletionDeps, id: UserId): Promise<void> {
  const { library, noteErasure, forgetAccounts, livingUsers } = deps;
  await noteErasure(id);
  try {
    await library.commit(id, async (change) => {
      const { handle, formerHandles } = await change.account.erase();
      const state = { handles: [handle, ...formerHandles], erased: 0 };
      change.outbox.enqueue(eraseAccountRef, { user: id, run: randomText(16), state });
    });
  } catch (error) {
    if (!isAccountErased(error)) throw error;
  }
  forgetAccounts();
  livingUsers.forget(id);
}
