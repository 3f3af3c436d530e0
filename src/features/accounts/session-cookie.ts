import type { IncomingHttpHeaders } from 'node:http';
import { readCookie, writeCookie, type CookieDeps } from './cookies.ts';
import { SESSION_LIFETIME_SECONDS } from './session.ts';

const NAME = 'session';

/** Writes the `Set-Cookie` header of a session. */
export const sessionCookie = (deps: CookieDeps, value: string) =>
  writeCookie(deps, { name: NAME, value, maxAgeSeconds: SESSION_LIFETIME_SECONDS });

/** Writes the `Set-Cookie` header that deletes the session in the browser. */
export const clearedCookie = (deps: CookieDeps) => writeCookie(deps, { name: NAME, value: '', maxAgeSeconds: 0 });

/** Reads the session's value in a request's cookies. */
export const readSessionCookie = (deps: CookieDeps, headers: IncomingHttpHeaders) => readCookie(deps, NAME, headers);
