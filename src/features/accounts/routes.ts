import { bodyTag, IF_MATCH_HEADER } from '../../http/replies/conditional.ts';
import { AppError } from '../../runtime/errors.ts';
import { defineRoute, type Caller, type Reply, type Route } from '../../http/route.ts';
import { wordIndexingOf } from '../../data/model/word-indexing.ts';
import { namingOf } from '../../data/model/photo-place.ts';
import type { User } from '../../data/model/records.ts';
import { identityRoutes } from './identity-routes.ts';
import { callerSigningIn, type CallerDeps } from './caller.ts';
import { requireUser } from '../../data/read/store.ts';
import { editMe, type EditMeDeps } from './edit-me.ts';
import { refuseForeignPage } from './request-origin.ts';
import { Me, MeEdit, Session, SignIn } from './schemas.ts';
import { sessionRoutes } from './session-routes.ts';
import { signIn, signOut, type SignInDeps } from './sign-in.ts';

export interface AccountRouteDeps extends CallerDeps, EditMeDeps, SignInDeps {
  limits: { quotaBytes: number };
  /** Returns the address for mail to a user, or undefined if none is known. */
  addressOf: (user: User) => string | undefined;
}

export const accountRoutes = (deps: AccountRouteDeps): Route[] => [
  defineRoute({
    method: 'post',
    path: '/v1/session',
    summary:
      'Signs a page in: exchanges an ID token for a session cookie, and ends the earlier session of the page. After an ' +
      'erasure this creates a new account.',
    access: 'public',
    body: SignIn,
    replies: { 201: Session },
    errors: ['unauthenticated', 'registration-closed', 'cross-site-request', 'unavailable'],
    async handle({ body, request }) {
      refuseForeignPage(request, deps.https);
      const account = (await callerSigningIn(deps, request, body.token)) ?? missingToken();
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
    scope: 'person',
    replies: { 204: null },
    errors: ['cross-site-request'],
    handle: async ({ request, caller }) => ({
      status: 204,
      headers: { 'Set-Cookie': await signOut(deps, request, caller?.user) },
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/signout',
    summary: 'Signs the page out, from a form.',
    access: 'optional',
    scope: 'person',
    documented: false,
    replies: { 303: null },
    async handle({ request, caller }) {
      return { status: 303, headers: { 'Set-Cookie': await signOut(deps, request, caller?.user), Location: '/' } };
    },
  }),
  ...sessionRoutes(deps),
  ...identityRoutes(deps),
  defineRoute({
    method: 'get',
    path: '/v1/me',
    summary: 'Your account, its settings and its usage.',
    access: 'user',
    scope: 'read',
    replies: { 200: Me, 304: null },
    handle: async ({ caller }) => meReply(deps, caller, await requireUser(deps, caller.user)),
  }),
  defineRoute({
    method: 'patch',
    path: '/v1/me',
    summary:
      'Changes the settings of your account. Takes `If-Match`. Making a private timeline public needs a sign-in of the ' +
      'last 15 minutes.',
    access: 'user',
    scope: 'person',
    headers: IF_MATCH_HEADER,
    body: MeEdit,
    replies: { 200: Me },
    errors: ['fresh-sign-in-required', 'handle-taken', 'conflict', 'precondition-failed'],
    async handle({ body, caller, request }) {
      const user = await editMe(deps, caller, body, {
        ifMatch: request.get('If-Match'),
        show: (current) => meReply(deps, caller, current),
      });
      return meReply(deps, caller, user);
    },
  }),
];

function missingToken(): never {
  const fault = { pointer: '/token', code: 'required', message: 'This is required.' };
  throw new AppError('invalid-request', '/token: Send an ID token.', { errors: [fault] });
}

/** The ETag begins with the revision, for `If-Match`. */
function meReply(deps: AccountRouteDeps, caller: Caller, user: User): Reply {
  const body = presentMe(deps, caller, user);
  return { status: 200, body, etag: `${user.revision}.${bodyTag(body)}` };
}

/** Shows an account to its user. */
export const presentMe = (
  { limits, addressOf }: Pick<AccountRouteDeps, 'limits' | 'addressOf'>,
  caller: Caller,
  user: User,
): Me => ({
  id: caller.user,
  handle: user.handle,
  displayName: user.displayName,
  timeZone: user.timeZone,
  visibility: user.visibility,
  mail: { ...user.mail, memories: user.memoriesInMail ?? false, address: addressOf(user) ?? null },
  createdAt: new Date(user.createdAt).toISOString(),
  revision: user.revision,
  places: namingOf(user),
  usage: {
    photos: user.photos,
    bytes: user.bytes,
    reservedBytes: user.reservedBytes,
    quotaBytes: limits.quotaBytes,
  },
  search: wordIndexingOf(user),
});
