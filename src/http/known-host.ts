import type { RequestHandler } from 'express';
import { AppError } from '../runtime/errors.ts';
import { hostOf, isLoopbackHost } from '../runtime/loopback.ts';
import { isFromPlatform } from './platform.ts';

/**
 * Refuses requests for other hosts than this machine's own names and those in `allowed`. Without it a web page whose name
 * resolves to this machine could call this server through a browser (DNS rebinding). Cloud Tasks and cron may call by any
 * host.
 */
export function requireKnownHost(allowed: readonly string[]): RequestHandler {
  const names = new Set(allowed.map((name) => name.toLowerCase()));
  const isKnown = (authority: string) => {
    const host = hostOf(authority).toLowerCase();
    return isLoopbackHost(host) || names.has(host);
  };
  return (request, _response, next) => {
    const { host = '', 'x-forwarded-host': forwardedFor } = request.headers;
    // A tunnel may rewrite Host, and tell the name that the browser used in the other header.
    const [told = ''] = String(forwardedFor ?? host).split(',', 1);
    if ((isKnown(host) && isKnown(told.trim())) || isFromPlatform(request)) return next();
    throw new AppError(
      'misdirected-request',
      'This server answers only to localhost and to the hosts in ALLOWED_HOSTS. Use http://localhost or http://127.0.0.1.',
    );
  };
}
