import { requireFreshSignIn } from '../accounts/fresh-sign-in.ts';
import type { SecurityLog } from '../accounts/security-log.ts';
import type { Clock } from '../../runtime/clock.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { deleteAccount, type AccountDeletionDeps } from './delete-account.ts';

export interface LeavingRouteDeps extends AccountDeletionDeps {
  clock: Clock;
  securityLog: SecurityLog;
}

export const accountDeletionRoutes = (deps: LeavingRouteDeps): Route[] => [
  defineRoute({
    method: 'delete',
    path: '/v1/me',
    summary:
      'Erases your account with everything in it, for good and at once for you; the bytes go within minutes. For 30 ' +
      'days your tokens get 410 `account-erased`; a sign-in by `POST /v1/session` begins a new and empty account. Needs ' +
      'a sign-in of the last 15 minutes.',
    access: 'user',
    replies: { 202: null },
    errors: ['fresh-sign-in-required'],
    async handle({ caller }) {
      requireFreshSignIn(deps, caller);
      await deleteAccount(deps, caller.user);
      deps.securityLog('account-erased', caller.user);
      return { status: 202 };
    },
  }),
];
