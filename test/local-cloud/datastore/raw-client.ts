import { credentials } from '@grpc/grpc-js';
import { v1 } from '@google-cloud/datastore-api';
import { onTestFinished } from 'vitest';
import { endpoint, startDatastoreWorld, type DatastoreWorld } from './contract.ts';

/** Google's client without the entity layer, for what that layer does not let through. */
export type RawClient = InstanceType<typeof v1.DatastoreClient>;

export const projectId = 'contract';

export async function connectRaw(world?: DatastoreWorld): Promise<RawClient> {
  const [host, port] = (endpoint ?? `127.0.0.1:${(world ?? (await startDatastoreWorld())).service.port}`).split(':');
  const options = { servicePath: host!, port: Number(port), sslCreds: credentials.createInsecure(), projectId };
  const client = new v1.DatastoreClient(options);
  onTestFinished(() => client.close());
  return client;
}

/** A key of kind `Kind` in a namespace of its own test run. */
export const keyOf = (name: string) => ({ partitionId: { namespaceId: namespace }, path: [{ kind: 'Kind', name }] });

const namespace = `raw-${process.pid}-${Date.now()}`;
