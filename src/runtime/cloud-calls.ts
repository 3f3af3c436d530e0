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

/** For which requests the current code works. */
export interface ServedRequests {
  /** The ids of the requests, separated by commas. */
  ids: string;
  calls: CloudCalls;
}

/** The header and the gRPC metadata by which the local cloud learns for which requests a call is made. */
export const SERVED_REQUESTS_HEADER = 'x-local-cloud-requests';

/** Ids that a call names at the most. Each has 36 bytes, and HTTP/2 bounds the headers of a call. */
const MOST_IDS = 50;

const current = new AsyncLocalStorage<ServedRequests>();

/** Runs `run` so that each call to the cloud that follows from it is noted in the calls of `served`. */
export const noteCloudCalls = <T>(served: ServedRequests, run: () => T): T => current.run(served, run);

/** For which requests the current code works; undefined outside of requests. */
export const servedRequests = () => current.getStore();

/** Runs what several requests share, such as one commit for all of them. */
export function onBehalfOf<T>(all: Iterable<ServedRequests | undefined>, run: () => T): T {
  const known = [...new Set(all)].filter((served) => served !== undefined);
  const [first, ...others] = known;
  if (!first) return run();
  if (others.length === 0) return current.run(first, run);
  const ids = known.slice(0, MOST_IDS).map((served) => served.ids);
  return current.run({ ids: ids.join(','), calls: first.calls }, run);
}

interface NotingOptions {
  /** Whether calls carry the ids of the requests for which they are made. Google's services get none. */
  tellIds: boolean;
}

/** What gRPC gives a transformer of calls: only what is used here. */
interface GrpcCall {
  callback?: (...reply: unknown[]) => void;
  metadata: { clone(): GrpcCall['metadata']; set(name: string, value: string): void };
}

/** Makes the transformer that notes the unary calls of a gRPC client: its option `grpc.callInvocationTransformer`. */
export const notingGrpcCalls =
  (service: CloudService, { tellIds }: NotingOptions) =>
  <T extends GrpcCall>(call: T): T => {
    const { callback } = call;
    const ended = callStarted(service);
    if (!callback || !ended) return call;
    return {
      ...call,
      metadata: tellIds ? withIds(call.metadata) : call.metadata,
      callback(...reply: unknown[]) {
        ended();
        callback(...reply);
      },
    };
  };

/** A copy: several calls may share their metadata. */
function withIds(shared: GrpcCall['metadata']): GrpcCall['metadata'] {
  const metadata = shared.clone();
  metadata.set(SERVED_REQUESTS_HEADER, current.getStore()?.ids ?? '');
  return metadata;
}

/** Notes the HTTP requests of this thread to a host, as in `localhost:9199`, for as long as the process lives. */
export function noteHttpCalls(service: CloudService, host: string, { tellIds }: NotingOptions): void {
  if (tellIds) {
    // The last moment at which a header can be set.
    subscribe('http.client.request.created', (message) => {
      const { request } = message as { request: ClientRequest };
      const ids = current.getStore()?.ids;
      if (ids !== undefined && request.getHeader('host') === host) request.setHeader(SERVED_REQUESTS_HEADER, ids);
    });
  }
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
  const calls = current.getStore()?.calls;
  if (!calls) return undefined;
  const called = calls.get(service) ?? { calls: 0, ms: 0 };
  calls.set(service, called);
  called.calls += 1;
  const started = performance.now();
  return () => void (called.ms += performance.now() - started);
}
