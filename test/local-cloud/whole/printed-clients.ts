import { Datastore } from '@google-cloud/datastore';
import { Storage, type Bucket } from '@google-cloud/storage';
import { CloudTasksClient } from '@google-cloud/tasks';
import { credentials } from '@grpc/grpc-js';
import { onTestFinished, vi } from 'vitest';

export interface PrintedClients {
  datastore: Datastore;
  bucket: Bucket;
  tasks: CloudTasksClient;
  /** Full name of the queue `default`. */
  queue: string;
}

/** Google's own clients in an environment that has the printed lines, told nothing else. */
export function clientsIn(env: Record<string, string>): PrintedClients {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const datastore = new Datastore();
  const bucket = new Storage().bucket(env['BUCKET'] ?? '');
  // No variable of Google's tells this client where to go.
  const [host = '', port] = (env['CLOUD_TASKS_EMULATOR_HOST'] ?? '').split(':');
  const tasks = new CloudTasksClient({ apiEndpoint: host, port: Number(port), sslCreds: credentials.createInsecure() });
  onTestFinished(() => tasks.close());
  const queue = tasks.queuePath(env['GOOGLE_CLOUD_PROJECT'] ?? '', env['TASKS_LOCATION'] ?? '', 'default');
  return { datastore, bucket, tasks, queue };
}
