import type { IncomingHttpHeaders } from 'node:http';
import { SESSION_LIFETIME } from './session.ts';

/**
 * How the browser reaches us. Over https the cookie's name has the prefix that keeps other hosts from setting it (RFC
 * 6265bis, section 4.1.3.2); on plain-HTTP localhost a browser would refuse such a cookie.
 */
export interface CookieDeps {
  https: boolean;
}

/** The value of `Set-Cookie` that carries a session. */
export const sessionCookie = (deps: CookieDeps, value: string) => setCookie(deps, value, SESSION_LIFETIME);

/** The value of `Set-Cookie` that makes the browser forget its session. */
export const clearedCookie = (deps: CookieDeps) => setCookie(deps, '', 0);

/** The session's value in a request's cookies. */
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
