import { randomUUID } from 'node:crypto';
import type { RequestListener, Server } from 'node:http';
import { createServer } from '../runtime/node-http.ts';

/** How long a phone on a bad line may take for an upload, in milliseconds; App Engine ends requests then, too. */
const SLOWEST_REQUEST = 10 * 60_000;

/** Node's server as this service wants it: a request without a host is refused by the app, with words. */
export const createPort = (listener: RequestListener): Server =>
  createServer({ requestTimeout: SLOWEST_REQUEST, requireHostHeader: false }, listener);

/**
 * Stands at the port from the first moment. `/healthz` it answers itself, since the process is alive; all other requests
 * wait until the app is there, so that nobody who comes early is refused.
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
