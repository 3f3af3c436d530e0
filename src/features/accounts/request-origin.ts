import type { Request } from 'express';
import { AppError } from '../../runtime/errors.ts';
import type { Route } from '../../http/route.ts';

/** Where the page that sent a request comes from, by the browser's headers. Other clients send no such headers. */
type RequestOrigin = 'ours' | 'foreign' | 'unknown';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Guards credentials that a browser sends by itself, such as a cookie: an unsafe method must come from a page of this
 * service. A request without a known origin is refused too.
 * @throws AppError cross-site-request
 */
export function requireOwnPage(request: Request, https: boolean): void {
  if (!SAFE_METHODS.has(request.method) && originOf(request, https) !== 'ours') throw crossSite();
}

/**
 * Guards a sign-in, which needs no cookie: programs may sign in, pages of other sites may not.
 * @throws AppError cross-site-request
 */
export function refuseForeignPage(request: Request, https: boolean): void {
  if (originOf(request, https) === 'foreign') throw crossSite();
}

/**
 * Guards a change that a GET makes. Browsers send a GET with the session's cookie for links and pictures of any page,
 * so it must come from a page of this service. `Sec-Fetch-Site: none` does not prove that: a typed address that
 * redirects here keeps it. A program that sends its own token need not be a page.
 * @throws AppError cross-site-request
 */
export function requireOwnPageOrToken(request: Request, https: boolean): void {
  const origin = originOf(request, https);
  if (origin === 'foreign' || (origin === 'unknown' && request.headers.authorization === undefined)) throw crossSite();
}

/** Refuses a route to pages of other sites: for routes that need no sign-in and change something. */
export const refusedToForeignPages = (route: Route, https: boolean): Route => ({
  ...route,
  handle(input) {
    refuseForeignPage(input.request, https);
    return route.handle(input);
  },
});

/** `Sec-Fetch-Site` where the browser sends it, else `Origin` (OWASP, Cross-Site Request Forgery Prevention). */
function originOf({ headers }: Request, https: boolean): RequestOrigin {
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin') return 'ours';
  if (site === 'same-site' || site === 'cross-site') return 'foreign';
  if (headers.origin === undefined) return 'unknown';
  return headers.origin === `${https ? 'https' : 'http'}://${headers.host}` ? 'ours' : 'foreign';
}

const crossSite = () =>
  new AppError(
    'cross-site-request',
    'A session works only on pages of this service. In a program, send a bearer token.',
    { reason: 'cross-site' },
  );
