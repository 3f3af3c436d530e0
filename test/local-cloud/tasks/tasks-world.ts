import { CloudTasksClient, type protos } from '@google-cloud/tasks';
import { credentials } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';
import type { ManualClock } from '../../../src/runtime/clock.ts';
import {
  readQueueYaml,
  startTasks,
  type QueueConfig,
  type TasksOptions,
  type TasksService,
} from '../../../src/local-cloud/tasks/index.ts';
import { startSingleService, type Ground } from '../../support/single-service.ts';
import { startTargetApp, type TargetApp } from './target-app.ts';

// Google's auth library would otherwise look for a metadata server on the network.
process.env['METADATA_SERVER_DETECTION'] ??= 'none';

export type TaskMessage = protos.google.cloud.tasks.v2.ITask;
export type QueueMessage = protos.google.cloud.tasks.v2.IQueue;

export const SECRET = 'the-secret';
export const PROJECT = 'demo';
export const LOCATION = 'europe-west1';
/** Where the moved clock starts. */
export const START = Date.parse('2026-11-20T12:00:00Z');

export interface TasksWorld {
  client: CloudTasksClient;
  app: TargetApp;
  clock: ManualClock;
  service: TasksService;
  /** The full name of a queue. */
  queue(id?: string): string;
  /** Creates a task for the application; `task` adds to it. */
  create(path: string, task?: TaskMessage, queue?: string): Promise<TaskMessage>;
  /** Ends the service and starts it again on the same files. */
  restart(changes?: Partial<TasksOptions>): Promise<void>;
}

/** The real service, Google's own client and an application that is called, all of them ended with the test. */
export async function startTasksWorld(changes: Partial<TasksOptions> = {}): Promise<TasksWorld> {
  const app = await startTargetApp();
  const options = {
    queues: readQueueYaml('queue:'),
    projectId: PROJECT,
    location: LOCATION,
    app: () => app.url,
    secret: SECRET,
    ...changes,
  };
  const startWith = (again: Partial<TasksOptions>) => (ground: Ground) =>
    startTasks({ ...ground, ...options, ...again });
  const single = await startSingleService(startWith({}), { startMs: START });
  const { clock, service } = single;
  const world = { client: tasksClient(service.port), app, clock, service };
  onTestFinished(async () => {
    await world.client.close();
    await single.stop();
    await app.stop();
  });
  return Object.assign(world, {
    queue: (id = 'default') => world.client.queuePath(PROJECT, LOCATION, id),
    async create(path: string, task: TaskMessage = {}, queue = 'default') {
      const appEngineHttpRequest = { relativeUri: path, ...task.appEngineHttpRequest };
      const parent = world.client.queuePath(PROJECT, LOCATION, queue);
      const [created] = await world.client.createTask({ parent, task: { ...task, appEngineHttpRequest } });
      return created;
    },
    async restart(again: Partial<TasksOptions> = {}) {
      await world.client.close();
      await single.restart(startWith(again));
      world.service = single.service;
      world.client = tasksClient(world.service.port);
    },
  });
}

/** Google's unmodified client, pointed at a server without TLS. */
export const tasksClient = (port: number, apiEndpoint = '127.0.0.1') =>
  new CloudTasksClient({ apiEndpoint, port, sslCreds: credentials.createInsecure(), projectId: PROJECT });

/** One queue called `q`, as queue.yaml would describe it. */
export const queueOf = (yaml: string): QueueConfig[] => readQueueYaml(`queue:\n  - name: q\n    ${yaml}\n`);

/** A protobuf timestamp of a moment in milliseconds. */
export const timestamp = (ms: number) => ({ seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1e6 });
