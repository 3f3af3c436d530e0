import type { Request } from 'express';
import { AppError } from '../../runtime/errors.ts';
import type { Route } from '../../http/route.ts';

/** What the browser says about the page that sent a request; a client that is no browser says nothing. */
type RequestOrigin = 'ours' | 'foreign' | 'unknown';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Guards what a browser sends along by itself, such as a cookie: an unsafe method must come from a page of ours.
 * Throws `cross-site-request`, also when nobody says where the request comes from.
 */
export function requireOwnPage(request: Request, https: boolean): void {
  if (!SAFE_METHODS.has(request.method) && originOf(request, https) !== 'ours') throw crossSite();
}

/** Guards a sign-in, which needs no cookie: programs may, pages of other sites may not. Throws `cross-site-request`. */
export function refuseForeignPage(request: Request, https: boolean): void {
  if (originOf(request, https) === 'foreign') throw crossSite();
}

/**
 * Guards a change that a GET makes. Browsers send a GET with the session's cookie for links and pictures of every page, so
 * that one must come from a page of ours. `Sec-Fetch-Site: none` does not prove that: it stays when the address that a
 * person typed redirects here. A program that sends a token of its own need not be a page. Throws `cross-site-request`.
 */
export function requireOwnPageOrToken(request: Request, https: boolean): void {
  const origin = originOf(request, https);
  if (origin === 'foreign' || (origin === 'unknown' && request.headers.authorization === undefined)) throw crossSite();
}

/** The route, refused to pages of other sites: for what can be called without signing in and changes something. */
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
    'A session counts only for requests of our own pages. Programs use a bearer token.',
    { reason: 'cross-site' },
  );
