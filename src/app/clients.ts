import { crc32c } from '@node-rs/crc32';
import { Datastore } from '@google-cloud/datastore';
import { Storage, type Bucket } from '@google-cloud/storage';
import type { CloudTasksClient } from '@google-cloud/tasks';
import { EventEmitter } from 'node:events';
import type { Endpoints } from '../runtime/local-endpoints.ts';
import type { CloudConfig } from './config.ts';

// The Storage client puts up to a dozen listeners on the one stream of a download, each of them taken off at its end;
// Node's default of ten would call that a leak on standard error.
EventEmitter.defaultMaxListeners = 20;

/**
 * Bytes of answers that Datastore may send before the app has taken in the first of them. All calls share one connection,
 * and by default it lets 64 KiB through, less than one page of 50 photos: answers that were ready then waited for each
 * other (RFC 9113, section 5.2).
 */
export const DATASTORE_WINDOW = 4 * 2 ** 20;

/** Options of gRPC that Google's client passes on, although its type does not name them. */
const CHANNEL = { 'grpc-node.flow_control_window': DATASTORE_WINDOW };

/** Google's own clients, unmodified. What is behind them, the real cloud or the local one, nobody else can tell. */
export interface Clients {
  datastore: Datastore;
  bucket: Bucket;
  /** Loaded when it is first needed: it is the slowest of the three to import. */
  tasks(): Promise<CloudTasksClient>;
}

export function createClients(cloud: CloudConfig, local: Endpoints = {}): Clients {
  const { projectId } = cloud;
  const endpoints: Endpoints = {
    datastore: cloud.emulators.datastore ?? local.datastore,
    storage: cloud.emulators.storage ?? local.storage,
    tasks: cloud.emulators.tasks ?? local.tasks,
  };
  // Away from Google nobody answers there, and the clients would wait for it and warn.
  if (endpoints.storage !== undefined) process.env['METADATA_SERVER_DETECTION'] ??= 'none';
  // The client wants to be told of an account in this way; whatever else is named there, this bucket does not know it.
  if (local.keyFile !== undefined) process.env['GOOGLE_APPLICATION_CREDENTIALS'] = local.keyFile;
  const datastore = new Datastore({
    projectId,
    ...CHANNEL,
    ...(endpoints.datastore === undefined ? {} : { apiEndpoint: endpoints.datastore }),
    ...(cloud.database === undefined ? {} : { databaseId: cloud.database }),
  });
  const storage = new Storage({
    projectId,
    crc32cGenerator: nativeCrc32c,
    ...(endpoints.storage === undefined ? {} : { apiEndpoint: withScheme(endpoints.storage) }),
  });
  let tasks: Promise<CloudTasksClient> | undefined;
  return {
    datastore,
    bucket: storage.bucket(cloud.bucket),
    tasks: () => (tasks ??= createTasksClient(projectId, endpoints.tasks)),
  };
}

async function createTasksClient(projectId: string, endpoint: string | undefined): Promise<CloudTasksClient> {
  const { CloudTasksClient } = await import('@google-cloud/tasks');
  if (endpoint === undefined) return new CloudTasksClient({ projectId });
  const { credentials } = await import('@grpc/grpc-js');
  const [host, port] = splitHostPort(endpoint);
  return new CloudTasksClient({ projectId, apiEndpoint: host, port, sslCreds: credentials.createInsecure() });
}

function splitHostPort(endpoint: string): [host: string, port: number] {
  const { hostname, port } = new URL(withScheme(endpoint));
  return [hostname, Number(port || 443)];
}

const withScheme = (endpoint: string) => (endpoint.includes('://') ? endpoint : `http://${endpoint}`);

/** The client's checksum in native code: 24 times as fast as the one it brings along. */
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
