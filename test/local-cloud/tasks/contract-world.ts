import { CloudTasksClient } from '@google-cloud/tasks';
import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { LOCATION, PROJECT, startTasksWorld, tasksClient, type QueueMessage, type TaskMessage } from './tasks-world.ts';

/** `host:port` of any Cloud Tasks: port 443 is Google's, with the credentials of the environment. */
const ENDPOINT = process.env['CLOUD_TASKS_CONTRACT_ENDPOINT'];
const project = (ENDPOINT && process.env['CLOUD_TASKS_CONTRACT_PROJECT']) || PROJECT;
const location = (ENDPOINT && process.env['CLOUD_TASKS_CONTRACT_LOCATION']) || LOCATION;

export interface ContractWorld {
  client: CloudTasksClient;
  /** `projects/…/locations/…` */
  parent: string;
  /** The full name of a queue that does not exist yet. */
  newQueueName(): string;
  /** Makes a queue that sends nothing, so that what it holds stands still. */
  pausedQueue(settings?: QueueMessage): Promise<string>;
}

/** What tests of the pure API need: the stand-in in this process, or the endpoint that the environment names. */
export async function startContract(): Promise<ContractWorld> {
  const client = ENDPOINT ? connect(ENDPOINT) : (await startTasksWorld()).client;
  const parent = client.locationPath(project, location);
  const newQueueName = () => `${parent}/queues/contract-${randomBytes(6).toString('hex')}`;
  return {
    client,
    parent,
    newQueueName,
    async pausedQueue(settings = {}) {
      const name = newQueueName();
      await client.createQueue({ parent, queue: { ...settings, name } });
      await client.pauseQueue({ name });
      if (ENDPOINT) onTestFinished(async () => void (await client.deleteQueue({ name })));
      return name;
    },
  };
}

/** A task for a path of the application. */
export const appTask = (relativeUri = '/'): TaskMessage => ({ appEngineHttpRequest: { relativeUri } });

function connect(endpoint: string): CloudTasksClient {
  const [host = '', port = '443'] = endpoint.split(':');
  const client = port === '443' ? new CloudTasksClient({ apiEndpoint: host }) : tasksClient(Number(port), host);
  onTestFinished(() => client.close());
  return client;
}
