import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

export const CLOUD_SERVICES = ['datastore', 'storage', 'tasks'] as const;

export type CloudService = (typeof CLOUD_SERVICES)[number];

/** The calls to one service: how many, and the milliseconds until their replies. Calls at the same time both count. */
interface Called {
  calls: number;
  ms: number;
}

/** The calls that one request or task has made so far. A commit for several requests counts for the first of them. */
export type CloudCalls = Map<CloudService, Called>;

const current = new AsyncLocalStorage<CloudCalls>();

/** Runs `run` so that each call to the cloud that follows from it is noted in `calls`. */
export const noteCloudCalls = <T>(calls: CloudCalls, run: () => T): T => current.run(calls, run);

/** What gRPC gives a transformer of calls: only what is used here. */
interface GrpcCall {
  callback?: (...reply: unknown[]) => void;
}

/** Makes the transformer that notes the unary calls of a gRPC client: its option `grpc.callInvocationTransformer`. */
export const notingGrpcCalls =
  (service: CloudService) =>
  <T extends GrpcCall>(call: T): T => {
    const { callback } = call;
    const ended = callStarted(service);
    if (!callback || !ended) return call;
    return {
      ...call,
      callback(...reply: unknown[]) {
        ended();
        callback(...reply);
      },
    };
  };

/** Notes the HTTP requests of this thread to a host, as in `localhost:9199`, for as long as the process lives. */
export function noteHttpCalls(service: CloudService, host: string): void {
  const open = new WeakMap<ClientRequest, () => void>();
  subscribe('http.client.request.start', (message) => {
    const { request } = message as { request: ClientRequest };
    if (request.getHeader('host') !== host) return;
    const ended = callStarted(service);
    if (ended) open.set(request, ended);
  });
  // The head of the response: a stream may be read for as long as a client takes.
  subscribe('http.client.response.finish', (message) => {
    const { request } = message as { request: ClientRequest };
    open.get(request)?.();
  });
}

/** Counts a call. The function that it returns adds its time; undefined outside of requests. */
function callStarted(service: CloudService): (() => void) | undefined {
  const calls = current.getStore();
  if (!calls) return undefined;
  const called = calls.get(service) ?? { calls: 0, ms: 0 };
  calls.set(service, called);
  called.calls += 1;
  const started = performance.now();
  return () => void (called.ms += performance.now() - started);
}
