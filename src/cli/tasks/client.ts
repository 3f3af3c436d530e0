import type { CloudTasksClient } from '@google-cloud/tasks';

/** The client and the place of the queues, for each command. */
export interface CliDeps {
  client: CloudTasksClient;
  projectId: string;
  location: string;
}

/** Options of each call: one attempt of ten seconds, because a person waits. The client's default is ten minutes. */
export const ONE_ATTEMPT = { timeout: 10_000, retry: null };
