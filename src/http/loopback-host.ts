import type { RequestHandler } from 'express';
import { hostOf, isLoopbackHost } from '../runtime/loopback.ts';
import { AppError } from '../runtime/errors.ts';

/**
 * Refuses requests that were meant for another host. Where everybody who can connect is believed, a web page could
 * otherwise have its own name resolve to this machine and speak to us as if we were its server (DNS rebinding).
 */
export const requireLoopbackHost: RequestHandler = (request, _response, next) => {
  if (isLoopbackHost(hostOf(request.headers.host ?? ''))) return next();
  throw new AppError('misdirected-request', 'Here only localhost is served: use http://localhost or http://127.0.0.1.');
};
