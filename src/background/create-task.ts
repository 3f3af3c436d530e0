import type { CloudTasksClient, protos } from '@google-cloud/tasks';
import { createHash } from 'node:crypto';
import { GrpcCode, hasGrpcCode } from '../runtime/grpc-faults.ts';

/** A POST that Cloud Tasks is asked to send to this app. */
export interface TaskRequest {
  queue: string;
  /** Path of the handler, with a leading slash. */
  path: string;
  /** Sent as JSON; undefined sends no body. Ids only: a task is small. */
  payload: unknown;
  /** Not before this moment, in milliseconds since the Unix epoch; at once unless given. At most 30 days ahead. */
  at?: number | undefined;
  /** Makes the task unique: a second one of this name, even long after the first has run, is not created. */
  name?: string | undefined;
  /** How long a try may take until the queue counts it as failed; App Engine's own limit unless given. */
  seconds?: number | undefined;
}

/** Creates a task. A name that is taken is no error: the task exists, or has run. */
export type CreateTask = (task: TaskRequest) => Promise<void>;

interface TaskDeps {
  /** The client is loaded when the first task is created: it is the slowest part of a cold start. */
  tasks(): Promise<CloudTasksClient>;
  projectId: string;
  location: string;
}

type NewTask = protos.google.cloud.tasks.v2.ITask;

export function taskCreator({ tasks, projectId, location }: TaskDeps): CreateTask {
  return async ({ name, ...request }) => {
    const client = await tasks();
    const parent = client.queuePath(projectId, location, request.queue);
    try {
      await client.createTask({ parent, task: taskOf(request, name && `${parent}/tasks/${spread(name)}`) });
    } catch (error) {
      if (!hasGrpcCode(error, GrpcCode.alreadyExists)) throw error;
    }
  };
}

/** The task of cloudtasks.proto for a request. Without a full name, Cloud Tasks gives it one. */
export function taskOf(
  { path, payload, at, seconds }: Omit<TaskRequest, 'name' | 'queue'>,
  fullName?: string,
): NewTask {
  return {
    ...(fullName ? { name: fullName } : {}),
    ...(seconds === undefined ? {} : { dispatchDeadline: { seconds } }),
    ...(at === undefined ? {} : { scheduleTime: { seconds: Math.floor(at / 1000), nanos: (at % 1000) * 1e6 } }),
    appEngineHttpRequest: {
      httpMethod: 'POST',
      relativeUri: path,
      ...(payload === undefined ? {} : { headers: JSON_BODY, body: Buffer.from(JSON.stringify(payload)) }),
    },
  };
}

const JSON_BODY = { 'Content-Type': 'application/json' };

/**
 * Task ids are a checked alphabet, and sequential ones slow the queue down (docs/platform.md#tasks): so a name is
 * hashed.
 */
const spread = (name: string) => createHash('sha256').update(name).digest('hex').slice(0, 40);
