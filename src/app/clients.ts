import { crc32c } from '@node-rs/crc32';
import { Datastore } from '@google-cloud/datastore';
import { Storage, type Bucket } from '@google-cloud/storage';
import type { CloudTasksClient } from '@google-cloud/tasks';
import { EventEmitter } from 'node:events';
import { noteHttpCalls, notingGrpcCalls } from '../runtime/cloud-calls.ts';
import { definedFields } from '../runtime/defined-fields.ts';
import type { Endpoints } from '../runtime/local-endpoints.ts';
import type { CloudConfig } from './config.ts';

// The Storage client adds up to twelve listeners to the stream of a download and removes them at its end. With Node's
// default of ten, Node reports a leak on standard error.
EventEmitter.defaultMaxListeners = 20;

/**
 * HTTP/2 flow-control window of the Datastore connection, which all calls share. The default of 64 KiB is less than one
 * page of 50 photos: replies that were ready waited for each other (RFC 9113, section 5.2).
 */
export const DATASTORE_WINDOW_BYTES = 4 * 2 ** 20;

/**
 * Options of gRPC that Google's client passes on, although its type does not name them. Channelz counts every call for a
 * debugger that nothing here serves.
 */
const channelOptions = (endpoint: string | undefined) => ({
  'grpc-node.flow_control_window': DATASTORE_WINDOW_BYTES,
  'grpc.enable_channelz': 0,
  'grpc.callInvocationTransformer': notingGrpcCalls('datastore', { tellIds: endpoint !== undefined }),
});

/** Google's own clients, unmodified. They speak to the real cloud or to the local one; no other code knows which. */
export interface Clients {
  datastore: Datastore;
  bucket: Bucket;
  /** Loads the client at the first call: it is the slowest of the three to import. */
  tasks(): Promise<CloudTasksClient>;
}

/** Creates the clients for the endpoints of the config, else those of the local cloud, else Google's own. */
export function createClients(cloud: CloudConfig, local: Endpoints = {}): Clients {
  const { projectId } = cloud;
  const endpoints: Endpoints = {
    datastore: cloud.emulators.datastore ?? local.datastore,
    storage: cloud.emulators.storage ?? local.storage,
    tasks: cloud.emulators.tasks ?? local.tasks,
  };
  // Away from Google there is no metadata server, and the clients would wait for it and warn.
  if (endpoints.storage !== undefined) process.env['METADATA_SERVER_DETECTION'] ??= 'none';
  // Overwrites the variable: the client finds its account only through it, and the local bucket knows only this
  // account.
  if (local.keyFile !== undefined) process.env['GOOGLE_APPLICATION_CREDENTIALS'] = local.keyFile;
  const datastore = new Datastore({
    projectId,
    ...channelOptions(endpoints.datastore),
    ...definedFields({ apiEndpoint: endpoints.datastore, databaseId: cloud.database }),
  });
  const storage = new Storage({
    projectId,
    crc32cGenerator: nativeCrc32c,
    ...definedFields({ apiEndpoint: endpoints.storage && withScheme(endpoints.storage) }),
  });
  noteHttpCalls('storage', new URL(storage.apiEndpoint).host, { tellIds: endpoints.storage !== undefined });
  let tasks: Promise<CloudTasksClient> | undefined;
  return {
    datastore,
    bucket: storage.bucket(cloud.bucket),
    tasks: () => (tasks ??= createTasksClient(projectId, endpoints.tasks)),
  };
}

async function createTasksClient(projectId: string, endpoint: string | undefined): Promise<CloudTasksClient> {
  const { CloudTasksClient } = await import('@google-cloud/tasks');
  const tellIds = endpoint !== undefined;
  const noted = { 'grpc.callInvocationTransformer': notingGrpcCalls('tasks', { tellIds }) };
  if (endpoint === undefined) return new CloudTasksClient({ projectId, ...noted });
  const { credentials } = await import('@grpc/grpc-js');
  const [host, port] = splitHostPort(endpoint);
  return new CloudTasksClient({ projectId, apiEndpoint: host, port, sslCreds: credentials.createInsecure(), ...noted });
}

function splitHostPort(endpoint: string): [host: string, port: number] {
  const { hostname, port } = new URL(withScheme(endpoint));
  return [hostname, Number(port || 443)];
}

const withScheme = (endpoint: string) => (endpoint.includes('://') ? endpoint : `http://${endpoint}`);

/** Computes the checksums of the Storage client in native code: 24 times as fast as its own. */
function nativeCrc32c() {
  let checksum = 0;
  const base64 = () => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(checksum >>> 0);
    return bytes.toString('base64');
  };
  return {
    update: (chunk: Buffer) => void (checksum = crc32c(chunk, checksum)),
    validate: (expected: string | { toString(): string }) => String(expected) === base64(),
    toString: base64,
  };
}
