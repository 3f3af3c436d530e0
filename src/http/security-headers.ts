import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Sets `securityHeaderValues` on every answer. */
export function securityHeaders(otherOrigins?: readonly string[]): RequestHandler {
  const headers = securityHeaderValues(otherOrigins);
  return (_request, response, next) => {
    response.setHeaders(headers);
    next();
  };
}

/**
 * The headers that every answer carries. Pages get scripts and styles from us alone, never inline; a reply may bring a
 * stricter policy of its own, as media does.
 * @param otherOrigins Where pages may send bytes to and show pictures from besides the address of the page.
 */
export const securityHeaderValues = (otherOrigins: readonly string[] = []): Map<string, string> =>
  headersOf(
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives: pageDirectives(otherOrigins) },
      // Sign-in may happen in a window of the issuer that must be able to answer.
      crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
      // With helmet's no-referrer, browsers would send `Origin: null` with forms, and the CSRF check reads Origin.
      referrerPolicy: { policy: 'same-origin' },
      xFrameOptions: { action: 'deny' },
    }),
  );

/** They are the same for every request: asked once, the dozen steps behind them cost nothing any more. */
function headersOf(middleware: ReturnType<typeof helmet>): Map<string, string> {
  const headers = new Map<string, string>();
  const response = {
    setHeader: (name: string, value: string) => headers.set(name, value),
    removeHeader: (name: string) => headers.delete(name),
  };
  middleware({} as IncomingMessage, response as unknown as ServerResponse, () => undefined);
  return headers;
}

/** No upgrade-insecure-requests: a phone on the same network reaches the local profile by plain HTTP. */
function pageDirectives(otherOrigins: readonly string[]): Record<string, string[]> {
  const self = "'self'";
  return {
    'default-src': ["'none'"],
    'script-src': [self],
    'worker-src': [self],
    'style-src': [self],
    'font-src': [self],
    'manifest-src': [self],
    // data: placeholders, blob: previews of what is being uploaded.
    'img-src': [self, 'data:', 'blob:', ...otherOrigins],
    'connect-src': [self, ...otherOrigins],
    'form-action': [self],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
    // The policy is in src/features/web/client/trusted-types.ts.
    'require-trusted-types-for': ["'script'"],
    'trusted-types': ['default'],
  };
}
