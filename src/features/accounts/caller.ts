import type { Request } from 'express';
import type { Caller } from '../../http/route.ts';
import { addLogFields } from '../../runtime/log.ts';
import { isPersonalToken } from '../../signing/personal-token.ts';
import { findOrCreateAccount, signInAccount, type AccountDeps } from './account.ts';
import { requireOwnPage } from './request-origin.ts';
import type { CookieDeps } from './cookies.ts';
import { readSessionCookie } from './session-cookie.ts';
import { readSession, type SessionDeps } from './session.ts';
import type { TokenPlace } from './trusted-issuers.ts';
import type { TokenVerifier } from './verify-token.ts';

export interface CallerDeps extends AccountDeps, SessionDeps, CookieDeps {
  tokenVerifier: TokenVerifier;
  personalTokens: PersonalTokens;
}

/** Finds the caller of a personal token. */
export interface PersonalTokens {
  /** @throws AppError unauthenticated, account-erased, account-suspended */
  callerOf(text: string): Promise<Caller>;
}

/**
 * Identifies the caller: by a bearer token, which may be a personal one, else by the assertion of Google's Identity-Aware Proxy, else by the page's
 * session. Returns undefined if the request has none of them, or a session that has ended.
 * @throws AppError unauthenticated for a bad token; cross-site-request if a page of another site uses the session;
 *   unavailable if the issuer's keys cannot be fetched; account-erased for 30 days after an erasure;
 *   account-suspended; registration-closed if there is no account and the identity may not create one; rate-limited if too many new
 *   accounts came from the address
 */
export async function callerOf(deps: CallerDeps, request: Request): Promise<Caller | undefined> {
  const bearer = bearerToken(request);
  if (isPersonalToken(bearer)) return deps.personalTokens.callerOf(bearer);
  if (bearer !== undefined) return callerOfToken(deps, bearer, request);
  const assertion = assertionIn(deps, request);
  const session = readSessionCookie(deps, request.headers);
  if (assertion === undefined && session === undefined) return undefined;
  requireOwnPage(request, deps.https);
  if (assertion !== undefined) return callerOfToken(deps, assertion, request, 'iap');
  return session === undefined ? undefined : callerOfSession(deps, session);
}

/**
 * Identifies the caller by an ID token.
 * @throws AppError like `callerOf`
 */
async function callerOfToken(deps: CallerDeps, token: string, request: Request, place?: TokenPlace): Promise<Caller> {
  const identity = await deps.tokenVerifier.verify(token, place);
  return { ...(await findOrCreateAccount(deps, identity, request)), signedInAt: identity.authenticatedAt };
}

/** Identifies the caller by a session. If it has ended, the request's log line gets the reason. */
async function callerOfSession(deps: CallerDeps, value: string): Promise<Caller | undefined> {
  const session = await readSession(deps, value);
  if ('account' in session) return { ...session.account, signedInAt: session.signedInAt };
  addLogFields({ reason: session.ended });
  return undefined;
}

/**
 * Identifies who signs in, by an ID token, or else by the assertion of the Identity-Aware Proxy. Returns undefined if
 * there is neither. After an erasure this creates a new account.
 * @throws AppError unauthenticated, registration-closed, unavailable
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

/**
 * RFC 6750, section 2.1. The scheme may be in any case (RFC 9110, section 11.1). A header without a token is empty
 * text.
 */
function bearerToken(request: Request): string | undefined {
  return /^Bearer( .*)?$/i
    .exec(request.get('authorization') ?? '')?.[0]
    .slice('Bearer'.length)
    .trim();
}
