import type { Request } from 'express';
import { clientAddress, networkOf } from '../../http/client-address.ts';
import type { Caller } from '../../http/route.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { Change } from '../../data/rules/change.ts';
import { accountSuspended, isSuspended } from '../../data/rules/suspension.ts';
import type { UserId } from '../../runtime/ids.ts';
import { browserFamily } from './browser-family.ts';
import type { SecurityLog } from './security-log.ts';
import type { CookieDeps } from './cookies.ts';
import { clearedCookie, readSessionCookie, sessionCookie } from './session-cookie.ts';
import { endSession, startSession, type SessionDeps } from './session.ts';

interface SignOutDeps extends SessionDeps, CookieDeps {
  securityLog: SecurityLog;
}

export interface SignInDeps extends SignOutDeps {
  library: Library;
  /** Whether App Engine's front end sends the address of a client. */
  onAppEngine: boolean;
}

/**
 * Creates a session, and ends the one of the request. Returns the `Set-Cookie` header and the session's latest end.
 * @throws AppError account-suspended
 */
export async function signIn(deps: SignInDeps, request: Request, { user, signedInAt = 0 }: Caller) {
  await deps.library.commit(user, noteSignIn);
  await endSessionOf(deps, request);
  const client = networkOf(clientAddress(request, deps));
  const browser = browserFamily(request.get('User-Agent'));
  const { value, expiresAt } = await startSession(deps, { user, signedInAt, client, browser });
  deps.securityLog('sign-in', user, { browser });
  return { cookie: sessionCookie(deps, value), expiresAt };
}

async function noteSignIn({ account, events }: Change): Promise<void> {
  if (isSuspended(await account.read())) throw accountSuspended();
  await events.note('sign-in');
}

/** Ends the session of a request. Returns the `Set-Cookie` header that deletes it in the browser. */
export async function signOut(deps: SignOutDeps, request: Request, user: UserId | undefined): Promise<string> {
  await endSessionOf(deps, request);
  if (user !== undefined) deps.securityLog('sign-out', user);
  return clearedCookie(deps);
}

async function endSessionOf(deps: SignOutDeps, request: Request): Promise<void> {
  const value = readSessionCookie(deps, request.headers);
  if (value !== undefined) await endSession(deps, value);
}
