import type { Clock } from '../../clock.ts';
import { createCaller } from '../platform-call.ts';
import { Attempts } from './attempts.ts';
import { openTasksDatabase } from './database.ts';
import { Dispatcher } from './dispatcher.ts';
import { GroupCommit } from './group-commit.ts';
import { NameStore } from './name-store.ts';
import type { QueueConfig } from './queue-settings.ts';
import { QueueStore, type Queue } from './queue-store.ts';
import { Queues } from './queues.ts';
import { Sender } from './sender.ts';
import { serveTasks } from './server.ts';
import { TaskStore } from './task-store.ts';
import { Tasks } from './tasks.ts';

export { readQueueYaml } from './queue-yaml.ts';
export type { QueueConfig } from './queue-settings.ts';

export interface TasksOptions {
  /** The folder of `tasks.sqlite`. */
  dataDir: string;
  clock: Clock;
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** The queues of queue.yaml. */
  queues: QueueConfig[];
  projectId: string;
  location: string;
  /** Base URL of the application, undefined while it is not up. */
  app: () => string | undefined;
  /** Goes along with every call of the application. */
  secret: string;
  /** Makes the ID tokens of HTTP targets; without it such tasks are refused. */
  mintOidcToken?: (email: string, audience: string) => Promise<string>;
}

/** A queue as a console shows it. */
export interface QueueOverview {
  queue: Queue;
  /** How many wait or are on their way. */
  tasks: number;
}

export interface TasksService {
  port: number;
  /** The application came up: what waited for it goes out. */
  wake(): void;
  /** Sends all that is due by the clock, regardless of rates, and what that adds. Retries due later stay. */
  drain(): Promise<void>;
  queues(): QueueOverview[];
  /** Forgets all tasks and their names, and every queue that queue.yaml does not name. */
  reset(): void;
  faults: {
    /** Delivers every task once more after a success. */
    deliverTwice(on: boolean): void;
    /** Sends what is due last first. */
    reverseOrder(on: boolean): void;
  };
  /** Tasks on their way are broken off and run again after the next start. */
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Cloud Tasks: queues and tasks on disk, their gRPC service, and the dispatcher that sends what is due. */
export async function startTasks(options: TasksOptions): Promise<TasksService> {
  const { clock, projectId, location } = options;
  const db = openTasksDatabase(options.dataDir);
  const commit = new GroupCommit(db);
  const store = new TaskStore(db, commit);
  const caller = createCaller(clock);
  const sender = new Sender({ ...options, caller });
  const queueStore = new QueueStore(db, commit);
  const names = new NameStore(db, commit);
  const queues = new Queues({ clock, store: queueStore, names });
  const tasks = new Tasks({ clock, queues, tasks: store, names, mintsTokens: options.mintOidcToken !== undefined });
  const attempts = new Attempts({ clock, queues, tasks, store });
  const dispatcher = new Dispatcher({ clock, queues, store, attempts, commit, sender });
  const adopt = () => queues.adopt(`projects/${projectId}/locations/${location}`, options.queues);
  adopt();
  const server = await serveTasks({ queues, tasks, dispatcher, commit }, options);
  const stopSweep = everyHour(clock, () => tasks.expire());
  dispatcher.wakeAll();
  return {
    port: server.port,
    wake: () => dispatcher.wakeAll(),
    drain: () => dispatcher.drain(),
    queues: () => queues.all().map((queue) => ({ queue, tasks: store.count(queue.name) })),
    reset() {
      queueStore.clear();
      adopt();
    },
    faults: {
      deliverTwice: (on) => void (sender.twice = on),
      reverseOrder: (on) => void (dispatcher.reverseOrder = on),
    },
    async stop() {
      stopSweep();
      await server.stop();
      const quiet = dispatcher.stop();
      caller.stop();
      await quiet;
      commit.flush();
      db.close();
    },
  };
}

/** Runs now and then by the hour; the returned function ends that. */
function everyHour(clock: Clock, run: () => void): () => void {
  run();
  let cancel = clock.after(HOUR_MS, again);
  return () => cancel();

  function again(): void {
    run();
    cancel = clock.after(HOUR_MS, again);
  }
}
