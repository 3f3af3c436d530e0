import type { ClientRequest, Agent as HttpAgent, IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Clock } from '../runtime/clock.ts';
import { Agent, request as requestHttp } from '../runtime/node-http.ts';

/** The header that carries the secret by which the app recognizes calls of its platform. */
export const SECRET_HEADER = 'X-Local-Cloud-Secret';

/** How App Engine's own callers name themselves. */
export const APP_ENGINE_AGENT = 'AppEngine-Google; (+http://code.google.com/appengine)';

interface PlatformCall {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: Uint8Array | undefined;
  /** Milliseconds until the call is aborted. */
  deadline: number;
}

/** An answer with its HTTP status, or none: no server there, the connection broke, or the deadline passed. */
export type CallResult =
  | { status: number; retryAfter: string | undefined }
  | { status: undefined; failure: 'DEADLINE_EXCEEDED' | 'UNAVAILABLE'; reason: string };

/** A 2xx: anything else, and silence, is a failure to Cloud Tasks and to cron. */
export const succeeded = ({ status = 0 }: CallResult) => status >= 200 && status <= 299;

/** Sends the platform's HTTP calls over kept connections. */
export interface PlatformCaller {
  /** Never rejects, and follows no redirect. */
  call(call: PlatformCall): Promise<CallResult>;
  /** Aborts calls in flight and closes the connections. */
  stop(): void;
}

type Agents = { 'http:': HttpAgent; 'https:': HttpsAgent };

/** Why a call was aborted, unless by the end of the program. */
const DEADLINE = Symbol('deadline');

export function createPlatformCaller(clock: Clock): PlatformCaller {
  const agents: Agents = { 'http:': new Agent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) };
  const onTheirWay = new Set<AbortController>();
  return {
    async call(call) {
      const way = new AbortController();
      onTheirWay.add(way);
      const cancel = clock.after(call.deadline, () => way.abort(DEADLINE));
      try {
        return await send(call, agents, way.signal);
      } catch (cause) {
        return failureOf(cause, way.signal);
      } finally {
        cancel();
        onTheirWay.delete(way);
      }
    },
    stop() {
      for (const way of onTheirWay) way.abort();
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

function failureOf(cause: unknown, { reason: why }: AbortSignal): CallResult {
  if (why === DEADLINE) return { status: undefined, failure: 'DEADLINE_EXCEEDED', reason: 'Deadline exceeded' };
  const reason = cause instanceof Error ? cause.message : String(cause);
  return { status: undefined, failure: 'UNAVAILABLE', reason };
}

async function send(call: PlatformCall, agents: Agents, signal: AbortSignal): Promise<CallResult> {
  try {
    return await sendOnce(call, agents, signal);
  } catch (cause) {
    // The server closed a kept connection while it was used again: the request was not handled.
    if (cause instanceof StaleConnection && !signal.aborted) return sendOnce(call, agents, signal);
    throw cause;
  }
}

class StaleConnection extends Error {}

function sendOnce({ method, url, headers, body }: PlatformCall, agents: Agents, signal: AbortSignal) {
  return new Promise<CallResult>((resolve, reject) => {
    const target = new URL(url);
    const [open, agent] =
      target.protocol === 'https:' ? [requestHttps, agents['https:']] : [requestHttp, agents['http:']];
    const request: ClientRequest = open(target, { method, headers: withLength(headers, body), agent, signal });
    request.on('response', (response) => finish(response, resolve, reject));
    request.on('error', (cause: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && (cause.code === 'ECONNRESET' || cause.code === 'EPIPE');
      reject(stale ? new StaleConnection(cause.message, { cause }) : cause);
    });
    request.end(body);
  });
}

function finish(response: IncomingMessage, resolve: (result: CallResult) => void, reject: (cause: Error) => void) {
  const { statusCode: status = 0, headers } = response;
  // The body does not matter, but a call ends only when all of it has arrived.
  response.resume();
  response.on('end', () => resolve({ status, retryAfter: headers['retry-after'] }));
  response.on('error', reject);
}

function withLength(headers: Record<string, string>, body: Uint8Array | undefined): Record<string, string> {
  return body ? { ...headers, 'Content-Length': String(body.length) } : headers;
}
