import type { Request } from 'express';
import { z } from 'zod';
import { bodyTag } from '../../http/replies/conditional.ts';
import { AppError } from '../../runtime/errors.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { SessionList } from './schemas.ts';
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
    replies: { 200: SessionList, 304: null },
    async handle({ caller, request }) {
      const current = currentSession(deps, request);
      const sessions = await listSessions(deps, caller.user);
      const body = { items: sessions.map((session) => present(session, current)), next: null, prev: null };
      return { status: 200, body, etag: bodyTag(body) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/sessions',
    summary: 'Ends all sessions of your account, including this one. ID tokens stay valid until they expire.',
    access: 'user',
    replies: { 204: null },
    errors: ['cross-site-request'],
    async handle({ caller }) {
      const sessions = await endAllSessions(deps, caller.user);
      deps.securityLog('all-sessions-ended', caller.user, { sessions });
      return { status: 204, headers: { 'Set-Cookie': clearedCookie(deps) } };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/sessions/:id',
    summary: 'Ends one session of your account.',
    access: 'user',
    params: z.object({ id: z.string() }),
    replies: { 204: null },
    errors: ['cross-site-request', 'not-found'],
    async handle({ caller, params: { id }, request }) {
      if (!(await endSessionById(deps, caller.user, id))) {
        throw new AppError('not-found', 'Your account has no such session.');
      }
      deps.securityLog('session-ended', caller.user);
      const own = id === currentSession(deps, request);
      return { status: 204, headers: own ? { 'Set-Cookie': clearedCookie(deps) } : undefined };
    },
  }),
];

/** Returns the id of the session in a request's cookie. */
function currentSession(deps: SignInDeps, request: Request): string | undefined {
  const value = readSessionCookie(deps, request.headers);
  return value === undefined ? undefined : sessionId(value);
}

const present = (session: LiveSession, current: string | undefined): z.output<typeof SessionList>['items'][number] => ({
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
