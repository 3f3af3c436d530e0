import cors from 'cors';
import type { RequestHandler } from 'express';

/** Headers that scripts of other origins may read. `Range` tells how far an upload session is. */
const EXPOSED_HEADERS = [
  'ETag',
  'Link',
  'Location',
  'Range',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'Idempotent-Replayed',
  'Photo-Id',
  'Photo-Status',
  'X-Request-Id',
];

/** Time that a browser keeps the answer to a preflight. Chromium keeps none for longer. */
const PREFLIGHT_SECONDS = 7200;

/**
 * Opens the API to scripts of web apps at these origins (Fetch, section 3.2). They send tokens: cookies stay closed to
 * them. Requests of other origins are answered as without CORS.
 */
export function openToOrigins(origins: readonly string[]): RequestHandler {
  const allowed = new Set(origins);
  const answer = cors({
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
  });
  return (request, response, next) => {
    response.vary('Origin');
    if (!allowed.has(request.headers.origin ?? '')) return next();
    answer(request, response, next);
  };
}
