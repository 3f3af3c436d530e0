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
import { knownHosts, type KnownHosts } from './known-hosts.ts';

/**
 * One RPC: a request message in, a reply message out, or a function that encodes the reply. An error that it throws
 * becomes the call's status.
 */
export type Rpc = (request: never) => unknown;

interface GrpcOptions {
  definitions: Definitions;
  /** The full name, as in `google.datastore.v1.Datastore`. */
  service: string;
  rpcs: Record<string, Rpc>;
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
  const service = takingEncoders(serviceDefinition(options.definitions, options.service));
  // Channelz would note every call for a debugger that nothing here serves.
  const server = new Server({
    'grpc.max_receive_message_length': 64 << 20,
    'grpc.max_send_message_length': -1,
    'grpc.enable_channelz': 0,
  });
  server.addService(service, handlers(service, options));
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

/** Lets replies encode themselves. The bytes are copied at once, so an encoder may use one buffer again and again. */
function takingEncoders(service: ServiceDefinition): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(service).map(([name, method]) => {
      const encode = method.responseSerialize;
      return [
        name,
        { ...method, responseSerialize: (reply) => (typeof reply === 'function' ? reply() : encode(reply)) },
      ];
    }),
  );
}

function handlers(service: ServiceDefinition, { rpcs, knownHosts: known = knownHosts() }: GrpcOptions) {
  return Object.fromEntries(
    Object.keys(service).map((method) => {
      const rpc = rpcs[method];
      return [method, rpc ? unary(rpc, known) : refuse(method)];
    }),
  );
}

function unary(rpc: Rpc, known: KnownHosts) {
  return async (call: ServerUnaryCall<unknown, unknown>, reply: sendUnaryData<unknown>) => {
    try {
      requireKnownHost(known, call);
      reply(null, await rpc(call.request as never));
    } catch (error) {
      reply(asStatus(error));
    }
  };
}

/** No browser can send gRPC. This refuses a proxy that translates for a page. */
function requireKnownHost(known: KnownHosts, call: ServerUnaryCall<unknown, unknown>): void {
  const [origin] = call.metadata.get('origin');
  const refusal = known({ host: call.getHost(), origin: origin?.toString() });
  if (refusal) throw new CloudError('PERMISSION_DENIED', refusal.message);
}

const refuse = (method: string) => (_call: unknown, reply: sendUnaryData<unknown>) =>
  reply({ code: status.UNIMPLEMENTED, details: `The local cloud has no ${method}.` });

function asStatus(error: unknown) {
  const told = error instanceof CloudError ? error : diskFault(error);
  if (told) return { code: status[told.code], details: told.message };
  return { code: status.INTERNAL, details: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
