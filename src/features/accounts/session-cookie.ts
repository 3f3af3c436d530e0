import type { IncomingHttpHeaders } from 'node:http';
import { SESSION_LIFETIME_SECONDS } from './session.ts';

/**
 * Whether the browser uses https. Over https the prefix of the cookie's name keeps other hosts from setting it (RFC
 * 6265bis, section 4.1.3.2). On localhost over http a browser would refuse such a cookie.
 */
export interface CookieDeps {
  https: boolean;
}

/** Writes the `Set-Cookie` header of a session. */
export const sessionCookie = (deps: CookieDeps, value: string) => setCookie(deps, value, SESSION_LIFETIME_SECONDS);

/** Writes the `Set-Cookie` header that deletes the session in the browser. */
export const clearedCookie = (deps: CookieDeps) => setCookie(deps, '', 0);

/** Reads the session's value in a request's cookies. */
export function readSessionCookie(deps: CookieDeps, { cookie }: IncomingHttpHeaders): string | undefined {
  const start = `${nameOf(deps)}=`;
  const pair = cookie?.split(';').find((pair) => pair.trim().startsWith(start));
  return pair?.trim().slice(start.length) || undefined;
}

const nameOf = ({ https }: CookieDeps) => (https ? '__Host-session' : 'session');

function setCookie(deps: CookieDeps, value: string, maxAge: number): string {
  const secure = deps.https ? ['Secure'] : [];
  return [`${nameOf(deps)}=${value}`, 'Path=/', `Max-Age=${maxAge}`, 'HttpOnly', 'SameSite=Lax', ...secure].join('; ');
}
