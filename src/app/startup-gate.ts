import { randomUUID } from 'node:crypto';
import type { RequestListener, Server } from 'node:http';
import { createServer } from '../runtime/node-http.ts';

/** Time for an upload over a bad line. App Engine ends requests after the same time. */
const REQUEST_TIMEOUT_MS = 10 * 60_000;

/** Creates the HTTP server. A request without a Host header reaches the app, which answers it with a problem. */
export const createPort = (listener: RequestListener): Server =>
  createServer({ requestTimeout: REQUEST_TIMEOUT_MS, requireHostHeader: false }, listener);

/**
 * Listens at the port before the app is ready. It answers `/healthz`, because the process is alive. All other requests
 * wait for the app, so that no early request is refused.
 */
export function startupGate(opening: Promise<RequestListener>): RequestListener {
  let app: RequestListener | undefined;
  void opening.then((opened) => (app = opened));
  return (request, response) => {
    if (app) return app(request, response);
    if (request.method !== 'GET' || request.url !== '/healthz') {
      return void opening.then((opened) => opened(request, response));
    }
    response.writeHead(200, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Request-Id': randomUUID(),
    });
    response.end('ok\n');
  };
}
