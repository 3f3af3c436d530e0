import type { Request } from 'express';
import { z } from 'zod';
import { bodyTag } from '../../http/replies/conditional.ts';
import { AppError } from '../../runtime/errors.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { UserId } from '../../runtime/ids.ts';
import { SessionList, type SignedInPage } from './schemas.ts';
import { clearedCookie, readSessionCookie } from './session-cookie.ts';
import { endAllSessions, endSessionById, listSessions, sessionId, type LiveSession } from './session.ts';
import type { SignInDeps } from './sign-in.ts';

/** Routes that list and end the sessions of a user. */
export const sessionRoutes = (deps: SignInDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/sessions',
    summary: 'The sessions of your account, the last used one first.',
    access: 'user',
    scope: 'person',
    replies: { 200: SessionList, 304: null },
    async handle({ caller, request }) {
      const body = { items: await ownSessions(deps, caller.user, request), next: null, prev: null };
      return { status: 200, body, etag: bodyTag(body) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/sessions',
    summary:
      'Ends all sessions and upload grants of your account, including this session. ID tokens stay valid until they expire, ' +
      'and personal tokens until you revoke them.',
    access: 'user',
    scope: 'person',
    replies: { 204: null },
    errors: ['cross-site-request'],
    handle: async ({ caller }) => ({ status: 204, headers: await endEverySession(deps, caller.user) }),
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/sessions/:id',
    summary: 'Ends one session of your account.',
    access: 'user',
    scope: 'person',
    params: z.object({ id: z.string().describe('The id of a session.') }),
    replies: { 204: null },
    errors: ['cross-site-request', 'not-found'],
    handle: async ({ caller, params: { id }, request }) => ({
      status: 204,
      headers: await endOwnSession(deps, caller.user, request, id),
    }),
  }),
];

/** Lists the sessions of a user. One of them may be that of the request. */
export async function ownSessions(deps: SignInDeps, user: UserId, request: Request): Promise<SignedInPage[]> {
  const current = currentSession(deps, request);
  return (await listSessions(deps, user)).map((session) => present(session, current));
}

/**
 * Ends one session of a user. Returns the headers of the reply: they delete the cookie if it was that of the request.
 * @throws AppError not-found
 */
export async function endOwnSession(deps: SignInDeps, user: UserId, request: Request, id: string) {
  if (!(await endSessionById(deps, user, id))) throw new AppError('not-found', 'Your account has no such session.');
  deps.securityLog('session-ended', user);
  return id === currentSession(deps, request) ? { 'Set-Cookie': clearedCookie(deps) } : undefined;
}

/** Ends all sessions and upload grants of a user. Returns the headers of the reply, which delete the cookie. */
export async function endEverySession(deps: SignInDeps, user: UserId) {
  await deps.library.commit(user, (change) => change.account.endGrants());
  const sessions = await endAllSessions(deps, user);
  deps.securityLog('all-sessions-ended', user, { sessions });
  return { 'Set-Cookie': clearedCookie(deps) };
}

/** Returns the id of the session in a request's cookie. */
function currentSession(deps: SignInDeps, request: Request): string | undefined {
  const value = readSessionCookie(deps, request.headers);
  return value === undefined ? undefined : sessionId(value);
}

const present = (session: LiveSession, current: string | undefined): SignedInPage => ({
  id: session.id,
  current: session.id === current,
  createdAt: iso(session.createdAt),
  lastUsedAt: iso(session.usedAt ?? session.createdAt),
  expiresAt: iso(session.endsAt),
  signedInAt: iso(session.signedInAt),
  browser: session.browser,
  network: session.client,
});

const iso = (ms: number) => new Date(ms).toISOString();
