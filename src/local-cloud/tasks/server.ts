import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { serveGrpc, type GrpcService } from '../grpc.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { GroupCommit } from './group-commit.ts';
import { presentQueue } from './queue-message.ts';
import { presentTask, type TaskView } from './present-task.ts';
import type { Queue } from './queue-store.ts';
import type { Queues } from './queues.ts';
import type { TaskMessage } from './read-task.ts';
import type { Tasks } from './tasks.ts';

export interface ServerDeps {
  queues: Queues;
  tasks: Tasks;
  dispatcher: Dispatcher;
  commit: GroupCommit;
}

/** Serves google.cloud.tasks.v2.CloudTasks. A change is answered when it is on the disk. */
export function serveTasks(deps: ServerDeps, { host, port }: { host: string; port: number }): Promise<GrpcService> {
  return serveGrpc({
    proto: 'google/cloud/tasks/v2/cloudtasks.proto',
    includeDirs: protoFolders(),
    service: 'google.cloud.tasks.v2.CloudTasks',
    rpcs: { ...queueRpcs(deps), ...taskRpcs(deps) },
    host,
    port,
  });
}

/** Largest pages (cloudtasks.proto). */
const MOST_TASKS = 1_000;

interface Named {
  name?: string;
}

interface WithView {
  responseView?: TaskView;
}

interface Paged {
  parent?: string;
  pageSize?: number;
  pageToken?: string;
}

function queueRpcs({ queues, dispatcher, commit }: ServerDeps) {
  const change = async (queue: Queue) => {
    dispatcher.wake(queue.name);
    await commit.durable();
    return presentQueue(queue);
  };
  return {
    GetQueue: ({ name }: Named) => presentQueue(queues.get(name)),
    PauseQueue: ({ name }: Named) => change(queues.pause(name)),
    ResumeQueue: ({ name }: Named) => change(queues.resume(name)),
  };
}

function taskRpcs({ tasks, dispatcher, commit }: ServerDeps) {
  return {
    async CreateTask({ parent, task = {}, responseView }: { parent?: string; task?: TaskMessage } & WithView) {
      const created = tasks.create(parent, task);
      dispatcher.wake(created.queue);
      await commit.durable();
      return presentTask(created, responseView);
    },
    GetTask: ({ name, responseView }: Named & WithView) => presentTask(tasks.get(name), responseView),
    ListTasks({ parent, pageSize, pageToken = '', responseView }: Paged & WithView) {
      const limit = Math.min(pageSize || MOST_TASKS, MOST_TASKS);
      const page = tasks.list(parent, pageToken, limit);
      return { tasks: page.tasks.map((task) => presentTask(task, responseView)), nextPageToken: page.next };
    },
    async DeleteTask({ name }: Named) {
      tasks.delete(name);
      await commit.durable();
      return {};
    },
    RunTask: ({ name, responseView }: Named & WithView) =>
      presentTask(dispatcher.runNow(tasks.get(name)), responseView),
  };
}

/** The `.proto` files lie in Google's own packages: the service's in its client, the shared ones in google-gax. */
function protoFolders(): string[] {
  const client = createRequire(import.meta.url).resolve('@google-cloud/tasks');
  const gax = createRequire(client).resolve('google-gax');
  return [join(dirname(client), '../../protos'), join(dirname(gax), '../protos')];
}
