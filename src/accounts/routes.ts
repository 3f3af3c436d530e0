import { AppError } from '../http/errors.ts';
import { defineRoute, type Caller, type Route } from '../http/route.ts';
import type { User } from '../library/shapes.ts';
import type { Store } from '../library/store.ts';
import { callerOfToken, type CallerDeps } from './caller.ts';
import { refuseForeignPage } from './request-origin.ts';
import { Me, Session, SignIn } from './schemas.ts';
import { signIn, signOut } from './sign-in.ts';

export interface AccountRouteDeps extends CallerDeps {
  store: Store;
  limits: { quotaBytes: number };
}

export const accountRoutes = (deps: AccountRouteDeps): Route[] => [
  defineRoute({
    method: 'post',
    path: '/v1/session',
    summary: 'Signs a page in: turns an ID token into a session cookie. A session that the page had before ends.',
    access: 'public',
    body: SignIn,
    replies: { 201: Session },
    errors: ['unauthenticated', 'cross-site-request', 'unavailable'],
    async handle({ body, request }) {
      refuseForeignPage(request, deps.https);
      const account = await callerOfToken(deps, body.token);
      const { cookie, expiresAt } = await signIn(deps, request, account);
      return {
        status: 201,
        headers: { 'Set-Cookie': cookie },
        body: { id: account.user, handle: account.handle, expiresAt: new Date(expiresAt).toISOString() },
      };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/session',
    summary: 'Signs the page out. May be repeated.',
    access: 'optional',
    replies: { 204: null },
    errors: ['cross-site-request'],
    handle: async ({ request }) => ({ status: 204, headers: { 'Set-Cookie': await signOut(deps, request) } }),
  }),
  defineRoute({
    method: 'post',
    path: '/signout',
    summary: 'Signs the page out, from a form.',
    access: 'optional',
    documented: false,
    replies: { 303: null },
    async handle({ request }) {
      return { status: 303, headers: { 'Set-Cookie': await signOut(deps, request), Location: '/' } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/me',
    summary: 'Your account and what it holds.',
    access: 'user',
    replies: { 200: Me },
    async handle({ caller }) {
      const user = await deps.store.user(caller.user);
      if (!user) throw new AppError('not-found', 'This account is gone.');
      return { status: 200, body: presentMe(deps, caller, user), etag: String(user.sequence) };
    },
  }),
];

const presentMe = ({ limits }: AccountRouteDeps, caller: Caller, user: User): Me => ({
  id: caller.user,
  handle: user.handle,
  createdAt: new Date(user.createdAt).toISOString(),
  usage: { photos: user.photos, bytes: user.bytes, quotaBytes: limits.quotaBytes },
});
