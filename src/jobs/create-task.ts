import type { CloudTasksClient } from '@google-cloud/tasks';
import { createHash } from 'node:crypto';

/** A POST that Cloud Tasks shall make to this app. */
export interface TaskRequest {
  queue: string;
  /** Path of the handler, with a leading slash. */
  path: string;
  /** Sent as JSON. Ids only: a task is small. */
  payload: unknown;
  /** Not before this moment, in milliseconds since the Unix epoch; at once unless given. At most 30 days ahead. */
  at?: number;
  /** Makes the task unique: a second one of this name, even long after the first has run, is not created. */
  name?: string;
  /** How long a try may take until the queue counts it as failed; App Engine's own limit unless given. */
  seconds?: number;
}

/** Creates a task. That its name is taken is fine: then it is there already, or has been. */
export type CreateTask = (task: TaskRequest) => Promise<void>;

export interface TaskDeps {
  /** The client is loaded when the first task is created: it is the slowest part of a cold start. */
  tasks(): Promise<CloudTasksClient>;
  projectId: string;
  location: string;
}

const ALREADY_EXISTS = 6;

export function taskCreator({ tasks, projectId, location }: TaskDeps): CreateTask {
  return async ({ queue, path, payload, at, name, seconds }) => {
    const client = await tasks();
    const parent = client.queuePath(projectId, location, queue);
    try {
      await client.createTask({
        parent,
        task: {
          ...(name === undefined ? {} : { name: `${parent}/tasks/${spread(name)}` }),
          ...(seconds === undefined ? {} : { dispatchDeadline: { seconds } }),
          ...(at === undefined ? {} : { scheduleTime: { seconds: Math.floor(at / 1000), nanos: (at % 1000) * 1e6 } }),
          appEngineHttpRequest: {
            httpMethod: 'POST',
            relativeUri: path,
            headers: { 'Content-Type': 'application/json' },
            body: Buffer.from(JSON.stringify(payload)),
          },
        },
      });
    } catch (error) {
      if ((error as { code?: unknown }).code !== ALREADY_EXISTS) throw error;
    }
  };
}

/** Task ids are a checked alphabet, and sequential ones slow the queue down (PLATFORM 3.2): so a name is hashed. */
const spread = (name: string) => createHash('sha256').update(name).digest('hex').slice(0, 40);
