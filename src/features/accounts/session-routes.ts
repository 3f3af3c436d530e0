import type { Request } from 'express';
import { z } from 'zod';
import { bodyTag } from '../../http/replies/conditional.ts';
import { AppError } from '../../runtime/errors.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { SessionList } from './schemas.ts';
import { clearedCookie, readSessionCookie } from './session-cookie.ts';
import { endAllSessions, endSessionById, listSessions, sessionId, type LiveSession } from './session.ts';
import type { SignInDeps } from './sign-in.ts';

/** The pages where a user is signed in: to look at, and to end. */
export const sessionRoutes = (deps: SignInDeps): Route[] => [
  defineRoute({
    method: 'get',
    path: '/v1/sessions',
    summary: 'Where pages are signed in to your account, what was used last in front.',
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
    summary: 'Signs every page out of your account, this one too. ID tokens stay good until they expire.',
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
    summary: 'Signs one page out of your account.',
    access: 'user',
    params: z.object({ id: z.string() }),
    replies: { 204: null },
    errors: ['cross-site-request', 'not-found'],
    async handle({ caller, params: { id }, request }) {
      if (!(await endSessionById(deps, caller.user, id))) {
        throw new AppError('not-found', 'There is no such session.');
      }
      deps.securityLog('session-ended', caller.user);
      const own = id === currentSession(deps, request);
      return { status: 204, ...(own && { headers: { 'Set-Cookie': clearedCookie(deps) } }) };
    },
  }),
];

/** The id of the session whose cookie a request carries. */
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
