import { defineRoute, type Route } from '../http/route.ts';
import { leave, type LeavingDeps } from './leave.ts';

export const leavingRoutes = (deps: LeavingDeps): Route[] => [
  defineRoute({
    method: 'delete',
    path: '/v1/me',
    summary:
      'Erases your account with everything in it, for good and at once for you; the bytes go within minutes. For 30 ' +
      'days your tokens get 410 `account-erased`; a sign-in by `POST /v1/session` begins a new and empty account.',
    access: 'user',
    replies: { 202: null },
    async handle({ caller }) {
      await leave(deps, caller.user);
      return { status: 202 };
    },
  }),
];
