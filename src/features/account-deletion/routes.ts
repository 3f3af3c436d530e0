import { requireFreshSignIn } from '../accounts/fresh-sign-in.ts';
import type { SecurityLog } from '../accounts/security-log.ts';
import type { Clock } from '../../runtime/clock.ts';
import { defineRoute, type Caller, type Route } from '../../http/route.ts';
import type { z } from 'zod';
import type { JobRef } from '../../data/model/job-ref.ts';
import type { SweepPayload } from '../../background/define-sweep.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { isAccountErased } from '../../data/rules/erasure.ts';
import { randomText, type UserId } from '../../runtime/ids.ts';
import type { LivingUsers } from '../../data/read/living-users.ts';
import type { Erasing } from './erase-account.job.ts';

interface AccountDeletionDeps {
  library: Library;
  /** Notes that the account of this user's identity is being erased. */
  noteErasure(user: UserId): Promise<void>;
  /** Clears the accounts in the memory of this instance. */
  forgetAccounts(): void;
  livingUsers: Pick<LivingUsers, 'forget'>;
}

export interface AccountDeletionRouteDeps extends AccountDeletionDeps {
  clock: Clock;
  securityLog: SecurityLog;
}

export const accountDeletionRoutes = (deps: AccountDeletionRouteDeps): Route[] => [
  defineRoute({
    method: 'delete',
    path: '/v1/me',
    summary:
      'Erases your account and all its data for good. You lose access at once; the bytes are deleted within minutes. For ' +
      '30 days your tokens get 410 `account-erased`. A sign-in by `POST /v1/session` creates a new, empty account. Needs ' +
      'a sign-in of the last 15 minutes.',
    access: 'user',
    scope: 'person',
    replies: { 202: null },
    errors: ['fresh-sign-in-required'],
    async handle({ caller }) {
      await eraseAccount(deps, caller);
      return { status: 202 };
    },
  }),
];

/**
 * Erases the caller's account for good.
 * @throws AppError fresh-sign-in-required
 */
export async function eraseAccount(deps: AccountDeletionRouteDeps, caller: Caller): Promise<void> {
  requireFreshSignIn(deps, caller);
  await deleteAccount(deps, caller.user);
  deps.securityLog('account-erased', caller.user);
}

const eraseAccountRef: JobRef<SweepPayload<z.infer<typeof Erasing>>> = { name: 'erase-account' };

/**
 * Deletes the user's own entity, without which none of the user's data can be read or written. The same transaction
 * enqueues the task that deletes the rest. May be repeated.
 */
async function deleteAccount(deps: AccountDeletionDeps, id: UserId): Promise<void> {
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
