import type { Request } from 'express';
import type { Library } from '../library/commit.ts';
import type { Account } from './account.ts';
import { clearedCookie, readSessionCookie, sessionCookie, type CookieDeps } from './session-cookie.ts';
import { endSession, startSession, type SessionDeps } from './session.ts';

type SignOutDeps = SessionDeps & CookieDeps;
type SignInDeps = SignOutDeps & { library: Library };

/** Begins a session and ends the one that the request came with; the `Set-Cookie` for it, and when it ends. */
export async function signIn(deps: SignInDeps, request: Request, { user }: Account) {
  await endSessionOf(deps, request);
  const { value, expiresAt } = await startSession(deps, user);
  await deps.library.commit(user, (change) => change.note('sign-in'));
  return { cookie: sessionCookie(deps, value), expiresAt };
}

/** Ends the session that a request came with; the `Set-Cookie` that makes the browser forget it. */
export async function signOut(deps: SignOutDeps, request: Request): Promise<string> {
  await endSessionOf(deps, request);
  return clearedCookie(deps);
}

async function endSessionOf(deps: SignOutDeps, request: Request): Promise<void> {
  const value = readSessionCookie(deps, request.headers);
  if (value !== undefined) await endSession(deps, value);
}
