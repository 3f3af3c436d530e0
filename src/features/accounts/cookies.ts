import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether the browser uses https. Over https the prefix of the cookie's name keeps other hosts from setting it (RFC
 * 6265bis, section 4.1.3.2). On localhost over http a browser would refuse such a cookie.
 */
export interface CookieDeps {
  https: boolean;
}

interface Cookie {
  name: string;
  value: string;
  /** 0 deletes the cookie in the browser. */
  maxAgeSeconds: number;
}

/** Writes a `Set-Cookie` header. Scripts do not see the cookie. Pages of other sites send it only by following a link. */
export function writeCookie(deps: CookieDeps, { name, value, maxAgeSeconds }: Cookie): string {
  const secure = deps.https ? ['Secure'] : [];
  const pair = `${nameOf(deps, name)}=${value}`;
  return [pair, 'Path=/', `Max-Age=${maxAgeSeconds}`, 'HttpOnly', 'SameSite=Lax', ...secure].join('; ');
}

/** Reads the value of a cookie in a request. */
export function readCookie(deps: CookieDeps, name: string, { cookie }: IncomingHttpHeaders): string | undefined {
  const start = `${nameOf(deps, name)}=`;
  const pair = cookie?.split(';').find((pair) => pair.trim().startsWith(start));
  return pair?.trim().slice(start.length) || undefined;
}

const nameOf = ({ https }: CookieDeps, name: string) => (https ? `__Host-${name}` : name);
