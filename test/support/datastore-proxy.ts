import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
} from '@grpc/grpc-js';
import { afterAll } from 'vitest';

const METHODS = ['Lookup', 'RunQuery', 'BeginTransaction', 'Commit', 'Rollback', 'AllocateIds'] as const;
export type Method = (typeof METHODS)[number];

/** Gives the answer to a call, by `forward` from the Datastore behind, or throws a gRPC error. */
export type Relay = (method: Method, request: Buffer, forward: () => Promise<Buffer>) => Promise<Buffer>;

/** Hands every call for the Datastore at `target` to `relay`; returns where to call. Closes after the file's last test. */
export async function datastoreProxy(target: string, relay: Relay): Promise<string> {
  const client = new Client(target, credentials.createInsecure());
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  const forward = (method: Method, request: Buffer) =>
    new Promise<Buffer>((resolve, reject) => {
      client.makeUnaryRequest(pathOf(method), same, same, request, new Metadata(), (error, reply) =>
        reply ? resolve(reply) : reject(error ?? new Error('There was no answer.')),
      );
    });
  const handle = (method: Method) => (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
    relay(method, call.request, () => forward(method, call.request)).then((reply) => answer(null, reply), answer);
  };
  server.addService(
    Object.fromEntries(METHODS.map((method) => [method, definitionOf(method)])),
    Object.fromEntries(METHODS.map((method) => [method, handle(method)])),
  );
  const port = await new Promise<number>((resolve, reject) => {
    const insecure = ServerCredentials.createInsecure();
    server.bindAsync('127.0.0.1:0', insecure, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  afterAll(() => {
    server.forceShutdown();
    client.close();
  });
  return `127.0.0.1:${port}`;
}

const same = (bytes: Buffer) => bytes;
const pathOf = (method: string) => `/google.datastore.v1.Datastore/${method}`;

const definitionOf = (method: string) => ({
  path: pathOf(method),
  requestStream: false,
  responseStream: false,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
});
