import type { Request } from 'express';
import type { Caller } from '../../http/route.ts';
import type { UserId } from '../../runtime/ids.ts';
import { findUserByHandle, signInAccount } from './account.ts';
import type { CallerDeps } from './caller.ts';
import { claimedNames, type Claims } from './claimed-names.ts';
import { requireFreshSignIn } from './fresh-sign-in.ts';
import type { Handle } from './handle.ts';
import { linkIdentity, unlinkIdentity } from './link-identity.ts';
import { listLinkedIdentities, type LinkedIdentity } from './linked-identities.ts';
import { signIn, type SignInDeps } from './sign-in.ts';

/** What an issuer has sent for a person: an ID token, and what it says besides at its userinfo endpoint. */
export interface IssuerReply {
  idToken: string;
  userinfo?: Claims | undefined;
}

/** The use cases of sign-in for pages whose person an issuer has identified. */
export interface PageSignIn {
  /**
   * Signs a page in. Returns the `Set-Cookie` header of a new session, and ends the one of the request.
   * @throws AppError unauthenticated, registration-closed, unavailable, rate-limited
   */
  signIn(request: Request, reply: IssuerReply): Promise<string>;
  /**
   * Signs a page in to the account of a name without an issuer: who may do so, the caller has found out. A new name begins
   * an account. Returns the `Set-Cookie` header of a new session.
   * @throws AppError registration-closed, rate-limited
   */
  signInByName(request: Request, name: Handle): Promise<string>;
  /**
   * Signs a page in to an account whose person has proved to be there. Returns the `Set-Cookie` header of a new session.
   * Undefined if the account is gone.
   */
  signInTo(request: Request, user: UserId): Promise<string | undefined>;
  /**
   * Links the identity to the account of the caller.
   * @throws AppError unauthenticated, fresh-sign-in-required, identity-taken, conflict, unavailable
   */
  link(caller: Caller, reply: IssuerReply): Promise<void>;
  /** See `requireFreshSignIn`. */
  requireFresh(caller: Caller): void;
  linked(caller: Caller): Promise<(LinkedIdentity & { id: string })[]>;
  /** @throws AppError not-found */
  unlink(caller: Caller, id: string): Promise<void>;
}

/** The issuer of identities that a code of the console has let in. */
const PAIRING_ISSUER = 'pairing';

/** Binds the use cases of sign-in to the parts of this folder. */
export const pageSignIn = (deps: CallerDeps & SignInDeps): PageSignIn => ({
  async signIn(request, reply) {
    const identity = await identityOf(deps, reply);
    const account = await signInAccount(deps, identity, request);
    const { cookie } = await signIn(deps, request, { ...account, signedInAt: identity.authenticatedAt });
    return cookie;
  },
  async signInByName(request, name) {
    const identity = { issuer: PAIRING_ISSUER, subject: name, name };
    const account = (await findUserByHandle(deps, name)) ?? (await signInAccount(deps, identity, request));
    const { cookie } = await signIn(deps, request, { ...account, signedInAt: deps.clock.now() });
    return cookie;
  },
  async signInTo(request, user) {
    const found = await deps.store.user(user);
    if (!found) return undefined;
    const account = { user, handle: found.handle, signedInAt: deps.clock.now() };
    return (await signIn(deps, request, account)).cookie;
  },
  async link(caller, reply) {
    requireFreshSignIn(deps, caller);
    await linkIdentity(deps, caller.user, await identityOf(deps, reply));
  },
  requireFresh: (caller) => requireFreshSignIn(deps, caller),
  linked: ({ user }) => listLinkedIdentities(deps, user),
  unlink: ({ user }, id) => unlinkIdentity(deps, user, id),
});

/** What the token says counts. Userinfo adds what it leaves out. */
async function identityOf({ tokenVerifier }: CallerDeps, { idToken, userinfo = {} }: IssuerReply) {
  const identity = await tokenVerifier.verify(idToken);
  const more = claimedNames(userinfo);
  return {
    ...identity,
    name: identity.name ?? more.name,
    email: identity.email ?? more.email,
    hostedDomain: identity.hostedDomain ?? more.hostedDomain,
  };
}
