import {
  Server,
  ServerCredentials,
  status,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { CloudError } from './cloud-error.ts';
import { serviceDefinition, type Definitions } from './definitions.ts';
import { diskFault } from './disk-fault.ts';
import { SERVED_REQUESTS_HEADER, type CloudService } from '../runtime/cloud-calls.ts';
import { knownHosts, type KnownHosts } from './known-hosts.ts';
import type { CallFacts, CallLog } from './trace/call-log.ts';

/**
 * One RPC: a request message in, a reply message out, or a function that encodes the reply. An error that it throws
 * becomes the call's status. What it says in `facts` is shown by the console.
 */
export type Rpc = (request: never, facts: CallFacts) => unknown;

interface GrpcOptions {
  definitions: Definitions;
  /** The full name, as in `google.datastore.v1.Datastore`. */
  service: string;
  rpcs: Record<string, Rpc>;
  /** Where the calls are noted, and as calls to which service. */
  calls: { log: CallLog; of: CloudService };
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** Which hosts and origins are answered; those of this machine without it. */
  knownHosts?: KnownHosts | undefined;
}

export interface GrpcService {
  port: number;
  stop(): Promise<void>;
}

/** Serves one gRPC service without TLS. A method that has no entry in `rpcs` answers UNIMPLEMENTED with its name. */
export async function serveGrpc(options: GrpcOptions): Promise<GrpcService> {
  const service = serviceDefinition(options.definitions, options.service);
  // Channelz would note every call for a debugger that nothing here serves.
  const server = new Server({
    'grpc.max_receive_message_length': 64 << 20,
    'grpc.max_send_message_length': -1,
    'grpc.enable_channelz': 0,
  });
  server.addService(withSizes(service), handlers(service, options));
  if (options.port !== 0) await makeSureIsFree(options);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${options.host}:${options.port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, stop: async () => server.forceShutdown() };
}

/** Replaces gRPC's own report of a port in use: three sentences, and once more on the console. */
async function makeSureIsFree({ host, port }: GrpcOptions): Promise<void> {
  const probe = createServer().listen(port, host);
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
}

/** A request with the length of its message. */
interface Received {
  request: unknown;
  bytes: number;
}

/**
 * Tells handlers the length of each request, and lets each reply encode itself. The bytes of a reply are copied at once, so
 * an encoder may use one buffer again and again.
 */
function withSizes(service: ServiceDefinition): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(service).map(([name, method]) => [
      name,
      {
        ...method,
        requestDeserialize: (bytes): Received => ({ request: method.requestDeserialize(bytes), bytes: bytes.length }),
        responseSerialize: (encode: () => Buffer) => encode(),
      },
    ]),
  );
}

function handlers(service: ServiceDefinition, { rpcs, calls, knownHosts: known = knownHosts() }: GrpcOptions) {
  return Object.fromEntries(
    Object.entries(service).map(([name, { responseSerialize: encode }]) => [
      name,
      unary(rpcs[name] ?? missing(name), { name, known, calls, encode }),
    ]),
  );
}

interface Answering {
  name: string;
  known: KnownHosts;
  calls: GrpcOptions['calls'];
  encode(reply: unknown): Buffer;
}

function unary(rpc: Rpc, { name, known, calls, encode }: Answering) {
  return async (call: ServerUnaryCall<Received, () => Buffer>, reply: sendUnaryData<() => Buffer>) => {
    const { request, bytes } = call.request;
    const [ids = ''] = call.metadata.get(SERVED_REQUESTS_HEADER);
    const noted = calls.log.begin(calls.of, name, String(ids));
    noted.requestBytes = bytes;
    try {
      requireKnownHost(known, call);
      const answer = await rpc(request as never, noted);
      reply(null, () => {
        const sent = typeof answer === 'function' ? (answer() as Buffer) : encode(answer);
        noted.replyBytes = sent.length;
        return sent;
      });
    } catch (error) {
      const refusal = asStatus(error);
      noted.status = status[refusal.code];
      noted.message = refusal.details;
      reply(refusal);
    } finally {
      calls.log.end(noted);
    }
  };
}

/** No browser can send gRPC. This refuses a proxy that translates for a page. */
function requireKnownHost(known: KnownHosts, call: ServerUnaryCall<Received, unknown>): void {
  const [origin] = call.metadata.get('origin');
  const refusal = known({ host: call.getHost(), origin: origin?.toString() });
  if (refusal) throw new CloudError('PERMISSION_DENIED', refusal.message);
}

const missing = (method: string) => () => {
  throw new CloudError('UNIMPLEMENTED', `The local cloud has no ${method}.`);
};

function asStatus(error: unknown) {
  const told = error instanceof CloudError ? error : diskFault(error);
  if (told) return { code: status[told.code], details: told.message };
  return { code: status.INTERNAL, details: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
