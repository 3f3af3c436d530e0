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

const DATASTORE = {
  name: 'google.datastore.v1.Datastore',
  methods: ['Lookup', 'RunQuery', 'BeginTransaction', 'Commit', 'Rollback', 'AllocateIds'],
} as const;
const TASKS = { name: 'google.cloud.tasks.v2.CloudTasks', methods: ['CreateTask'] } as const;

type Service = typeof DATASTORE | typeof TASKS;
export type DatastoreMethod = (typeof DATASTORE.methods)[number];
export type TasksMethod = (typeof TASKS.methods)[number];

/** Gives the answer to a call, by `forward` from the service behind, or throws a gRPC error. */
export type Relay<Method extends string> = (
  method: Method,
  request: Buffer,
  forward: () => Promise<Buffer>,
) => Promise<Buffer>;

/** Hands every call for the Datastore at `target` to `relay`; returns where to call. Closes after the file's last test. */
export const datastoreProxy = (target: string, relay: Relay<DatastoreMethod>): Promise<string> =>
  proxy(target, DATASTORE, relay as Relay<string>);

/** The same for the creation of tasks. */
export const tasksProxy = (target: string, relay: Relay<TasksMethod>): Promise<string> =>
  proxy(target, TASKS, relay as Relay<string>);

async function proxy(target: string, { name, methods }: Service, relay: Relay<string>): Promise<string> {
  const pathOf = (method: string) => `/${name}/${method}`;
  const client = new Client(target, credentials.createInsecure());
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  const forward = (method: string, request: Buffer) =>
    new Promise<Buffer>((resolve, reject) => {
      client.makeUnaryRequest(pathOf(method), same, same, request, new Metadata(), (error, reply) =>
        reply ? resolve(reply) : reject(error ?? new Error('There was no answer.')),
      );
    });
  const handle = (method: string) => (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => {
    relay(method, call.request, () => forward(method, call.request)).then((reply) => answer(null, reply), answer);
  };
  server.addService(
    Object.fromEntries(methods.map((method) => [method, definitionOf(pathOf(method))])),
    Object.fromEntries(methods.map((method) => [method, handle(method)])),
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
const definitionOf = (path: string) => ({
  path,
  requestStream: false,
  responseStream: false,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
});
