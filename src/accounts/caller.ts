import type { Request } from 'express';
import type { Caller } from '../http/route.ts';
import { findOrCreateAccount, type AccountDeps } from './account.ts';
import { requireOwnPage } from './request-origin.ts';
import { readSessionCookie, type CookieDeps } from './session-cookie.ts';
import { readSession, type SessionDeps } from './session.ts';
import type { TokenVerifier } from './verify-token.ts';

export interface CallerDeps extends AccountDeps, SessionDeps, CookieDeps {
  tokenVerifier: TokenVerifier;
}

/**
 * Who is calling: by a bearer token, else by the assertion of Google's Identity-Aware Proxy, else by the page's session;
 * undefined when the request carries none of them, or a session that has ended.
 * Rejects with AppError: `unauthenticated` when a token is no good, `cross-site-request` when a page of another site
 * uses what the browser sends along, `unavailable` when an issuer's keys cannot be had.
 */
export async function callerOf(deps: CallerDeps, request: Request): Promise<Caller | undefined> {
  const bearer = bearerToken(request);
  if (bearer !== undefined) return callerOfToken(deps, bearer);
  const assertion = deps.tokenVerifier.reads('iap') ? request.get('x-goog-iap-jwt-assertion') : undefined;
  const session = readSessionCookie(deps, request.headers);
  if (assertion === undefined && session === undefined) return undefined;
  requireOwnPage(request, deps.https);
  if (assertion !== undefined) return findOrCreateAccount(deps, await deps.tokenVerifier.verify(assertion, 'iap'));
  return session === undefined ? undefined : readSession(deps, session);
}

/** Who an ID token speaks of, wherever the token came from. Rejects like `callerOf`. */
export async function callerOfToken(deps: CallerDeps, token: string): Promise<Caller> {
  return findOrCreateAccount(deps, await deps.tokenVerifier.verify(token));
}

/** RFC 6750, section 2.1; the scheme is written in any case (RFC 9110, section 11.1). Without a token it is empty. */
function bearerToken(request: Request): string | undefined {
  return /^Bearer( .*)?$/i
    .exec(request.get('authorization') ?? '')?.[0]
    .slice('Bearer'.length)
    .trim();
}
