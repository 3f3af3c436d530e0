import type { Request } from 'express';
import type { Caller } from '../../http/route.ts';
import { addLogFields } from '../../runtime/log.ts';
import { findOrCreateAccount, signInAccount, type AccountDeps } from './account.ts';
import { requireOwnPage } from './request-origin.ts';
import { readSessionCookie, type CookieDeps } from './session-cookie.ts';
import { readSession, type SessionDeps } from './session.ts';
import type { TokenPlace } from './trusted-issuers.ts';
import type { TokenVerifier } from './verify-token.ts';

export interface CallerDeps extends AccountDeps, SessionDeps, CookieDeps {
  tokenVerifier: TokenVerifier;
}

/**
 * Who is calling: by a bearer token, else by the assertion of Google's Identity-Aware Proxy, else by the page's session;
 * undefined when the request carries none of them, or a session that has ended.
 * Rejects with AppError: `unauthenticated` when a token is no good, `cross-site-request` when a page of another site
 * uses what the browser sends along, `unavailable` when an issuer's keys cannot be had, `account-erased` for 30 days after
 * an erasure, `registration-closed` when there is no account and the person may begin none, `rate-limited` when too many
 * new accounts came from its address.
 */
export async function callerOf(deps: CallerDeps, request: Request): Promise<Caller | undefined> {
  const bearer = bearerToken(request);
  if (bearer !== undefined) return callerOfToken(deps, bearer, request);
  const assertion = assertionIn(deps, request);
  const session = readSessionCookie(deps, request.headers);
  if (assertion === undefined && session === undefined) return undefined;
  requireOwnPage(request, deps.https);
  if (assertion !== undefined) return callerOfToken(deps, assertion, request, 'iap');
  return session === undefined ? undefined : callerOfSession(deps, session);
}

/** Who an ID token speaks of, wherever the token came from. Rejects like `callerOf`. */
async function callerOfToken(deps: CallerDeps, token: string, request: Request, place?: TokenPlace): Promise<Caller> {
  const identity = await deps.tokenVerifier.verify(token, place);
  return { ...(await findOrCreateAccount(deps, identity, request)), signedInAt: identity.authenticatedAt };
}

/** The caller of a session. Where it has ended, the log is told why. */
async function callerOfSession(deps: CallerDeps, value: string): Promise<Caller | undefined> {
  const session = await readSession(deps, value);
  if ('account' in session) return { ...session.account, signedInAt: session.signedInAt };
  addLogFields({ reason: session.ended });
  return undefined;
}

/**
 * Who signs in by an ID token, or, without one, by the assertion of the Identity-Aware Proxy. Begins a new account also
 * after an erasure.
 * @throws AppError `unauthenticated`, `registration-closed`, `unavailable`; undefined when there is neither token nor assertion
 */
export async function callerSigningIn(deps: CallerDeps, request: Request, token?: string): Promise<Caller | undefined> {
  if (token !== undefined) return signInByToken(deps, token, request);
  const assertion = assertionIn(deps, request);
  return assertion === undefined ? undefined : signInByToken(deps, assertion, request, 'iap');
}

async function signInByToken(deps: CallerDeps, token: string, request: Request, place?: TokenPlace): Promise<Caller> {
  const identity = await deps.tokenVerifier.verify(token, place);
  return { ...(await signInAccount(deps, identity, request)), signedInAt: identity.authenticatedAt };
}

const assertionIn = ({ tokenVerifier }: CallerDeps, request: Request) =>
  tokenVerifier.reads('iap') ? request.get('x-goog-iap-jwt-assertion') : undefined;

/** RFC 6750, section 2.1; the scheme is written in any case (RFC 9110, section 11.1). Without a token it is empty. */
function bearerToken(request: Request): string | undefined {
  return /^Bearer( .*)?$/i
    .exec(request.get('authorization') ?? '')?.[0]
    .slice('Bearer'.length)
    .trim();
}
