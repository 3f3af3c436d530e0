import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SERVED_REQUESTS_HEADER } from '../../../runtime/cloud-calls.ts';
import { createServer } from '../../../runtime/node-http.ts';
import type { Refusal } from '../../known-hosts.ts';
import type { CallLog, CloudCall } from '../../trace/call-log.ts';
import { StorageError } from '../storage-error.ts';
import { isJsonPath, parseAddress } from './address.ts';
import { type Api, header, type Call, type Reply, type ServerDeps } from './call.ts';
import { corsHeaders, preflightReply } from './cors.ts';
import { jsonError } from './error-reply.ts';
import { jsonApi } from './json-api.ts';
import { xmlApi } from './xml-api.ts';

interface StorageServer {
  port: number;
  /** Resolves when no request is in progress. */
  idle(): Promise<void>;
  /** Aborts every request in progress. */
  abortRequests(): void;
  stop(): Promise<void>;
}

/** Starts the server. Port 0 takes a free port. */
export async function serve(deps: ServerDeps, host: string, port: number): Promise<StorageServer> {
  const underWay = new Map<IncomingMessage, Promise<void>>();
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, (request, response) => {
    const answered = answer(deps, request, response).finally(() => underWay.delete(request));
    underWay.set(request, answered);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    idle: async () => void (await Promise.all(underWay.values())),
    abortRequests: () => underWay.forEach((_answered, request) => request.socket.destroy()),
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await Promise.all(underWay.values());
    },
  };
}

/** Never rejects: an error is sent to the caller, or breaks the connection. */
async function answer(deps: ServerDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const noted = beginCall(deps.calls, request);
  try {
    await send(response, await replyTo(deps, request, response, noted));
    noted.status = String(response.statusCode);
    noted.replyBytes = Number(response.getHeader('content-length') ?? 0);
  } catch {
    // The head has been sent, or the client is gone: breaking the connection is the only signal left.
    response.destroy();
    noted.status = 'broken off';
  }
  deps.calls.end(noted);
  // The unread rest of the body is discarded, so that the connection can be used again.
  request.resume();
}

function beginCall(calls: CallLog, { method = 'GET', headers }: IncomingMessage): CloudCall {
  const noted = calls.begin('storage', method, String(headers[SERVED_REQUESTS_HEADER] ?? ''));
  noted.requestBytes = Number(headers['content-length'] ?? 0);
  return noted;
}

async function replyTo(
  deps: ServerDeps,
  request: IncomingMessage,
  response: ServerResponse,
  noted: CloudCall,
): Promise<Reply> {
  try {
    requireKnownHost(deps.knownHosts(request.headers));
    const address = parseAddress(request.url ?? '/');
    const base = `http://${request.headers.host ?? 'localhost'}`;
    const call = { ...deps, ...address, request, response, noted, base, params: {} };
    const api = isJsonPath(address.path) ? jsonApi : xmlApi;
    return request.method === 'OPTIONS' ? preflight(api, call) : await answered(api, call);
  } catch (error) {
    return jsonError(error);
  }
}

/** Runs before all else, so that a refused request never gets CORS permission. */
function requireKnownHost(refusal: Refusal | undefined): void {
  if (refusal) throw new StorageError(refusal.status === 421 ? 'misdirected' : 'forbidden', refusal.message);
}

async function answered(api: Api, call: Call): Promise<Reply> {
  const origin = header(call, 'origin');
  const rule = origin === undefined ? undefined : api.corsRule(call, origin, call.request.method ?? 'GET');
  const reply = await attempt(api, call);
  return { ...reply, headers: { ...corsHeaders(rule), ...reply.headers } };
}

async function attempt(api: Api, call: Call): Promise<Reply> {
  try {
    return await api.handle(call);
  } catch (error) {
    return api.refuse(error);
  }
}

function preflight(api: Api, call: Call): Reply {
  const rule = api.corsRule(call, header(call, 'origin') ?? '', header(call, 'access-control-request-method') ?? '');
  return preflightReply(call, rule);
}

async function send(response: ServerResponse, { status, headers, json, text, send: write }: Reply): Promise<void> {
  const body = json === undefined ? text : JSON.stringify(json);
  response.statusCode = status;
  if (json !== undefined) response.setHeader('content-type', 'application/json; charset=UTF-8');
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  if (write) return write();
  if (!response.hasHeader('content-length')) response.setHeader('content-length', Buffer.byteLength(body ?? ''));
  response.end(body);
}
