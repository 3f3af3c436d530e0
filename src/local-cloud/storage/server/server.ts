import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Engine } from '../engine/engine.ts';
import { StorageError } from '../storage-error.ts';
import { parseAddress } from './address.ts';
import type { Reply } from './call.ts';
import { errorReply } from './error-reply.ts';
import type { Faults } from './faults.ts';
import { findRoute, jsonRoutes } from './routes.ts';

export interface StorageServer {
  port: number;
  /** Ends all connections, also those with a request under way. */
  disconnect(): void;
  stop(): Promise<void>;
}

/** Listens and answers. Port 0 takes a free one. */
export async function serve(engine: Engine, faults: Faults, host: string, port: number): Promise<StorageServer> {
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000, noDelay: true }, (request, response) => {
    void answer(engine, faults, request, response);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    disconnect: () => server.closeAllConnections(),
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(engine: Engine, faults: Faults, request: IncomingMessage, response: ServerResponse) {
  try {
    await send(response, await dispatch(engine, faults, request, response));
  } catch (error) {
    if (response.headersSent || request.socket.destroyed) response.destroy();
    else await send(response, errorReply(error));
  }
  // What was not read of the body is let pass, so that the connection can be used again.
  request.resume();
}

async function dispatch(engine: Engine, faults: Faults, request: IncomingMessage, response: ServerResponse) {
  const { path, query } = parseAddress(request.url ?? '/');
  const base = `http://${request.headers.host ?? 'localhost'}`;
  const method = request.method ?? 'GET';
  const found = findRoute(jsonRoutes, method, path);
  if (!found) throw new StorageError('notFound', `Not Found: ${method} /${path.join('/')}`);
  const { handle, name } = found.route;
  if (!handle) throw new StorageError('notImplemented', `The local cloud has no ${name}.`);
  return handle({ engine, faults, request, response, params: found.params, query, base });
}

async function send(response: ServerResponse, { status, headers, json, text, send: write }: Reply): Promise<void> {
  const body = json === undefined ? text : JSON.stringify(json);
  response.statusCode = status;
  if (json !== undefined) response.setHeader('content-type', 'application/json; charset=UTF-8');
  if (!write) response.setHeader('content-length', Buffer.byteLength(body ?? ''));
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  if (write) return write();
  response.end(body);
}
