import type { Clock } from '../../runtime/clock.ts';
import type { Background } from '../background.ts';
import { Attempts } from './attempts.ts';
import { ClockStore } from './clock-store.ts';
import { openTasksDatabase } from './database.ts';
import { Dispatcher } from './dispatcher.ts';
import { GroupCommit } from './group-commit.ts';
import type { Micros } from './instants.ts';
import { NameStore } from './name-store.ts';
import type { QueueConfig } from './queue-settings.ts';
import { QueueStore, type Queue } from './queue-store.ts';
import { Queues } from './queues.ts';
import { Sender, type SenderOptions } from './sender.ts';
import { TaskStore } from './task-store.ts';
import { Tasks } from './tasks.ts';

interface EngineOptions extends SenderOptions {
  dataDir: string;
  clock: Clock;
  background: Background;
  projectId: string;
  location: string;
  /** The queues of queue.yaml. */
  queues: QueueConfig[];
}

/** A queue as a console shows it. */
export interface QueueOverview {
  queue: Queue;
  /** How many wait or are in flight. */
  tasks: number;
  /** How many attempts are in flight. */
  inFlight: number;
  /** When the first waiting task is or was due. */
  firstDue: Micros | undefined;
}

/** Builds the rules on the disk, for the server and the dispatcher. */
export function createEngine({ clock, background, ...options }: EngineOptions) {
  const db = openTasksDatabase(options.dataDir);
  const commit = new GroupCommit(db, background);
  const store = new TaskStore(db, commit);
  const names = new NameStore(db, commit);
  const queueStore = new QueueStore(db, commit);
  const clockStore = new ClockStore(db, commit);
  const queues = new Queues({ clock, names, store: queueStore });
  const tasks = new Tasks({ clock, names, queues, store, mintsTokens: options.mintOidcToken !== undefined });
  const attempts = new Attempts({ clock, queues, tasks, store, commit });
  const sender = new Sender(options);
  const dispatcher = new Dispatcher({ clock, queues, store, attempts, commit, sender, background });
  const overviewOf = (queue: Queue): QueueOverview => {
    const { name } = queue;
    const inFlight = dispatcher.sent(name).length;
    return { queue, tasks: store.count(name), inFlight, firstDue: store.firstDue(name, true) };
  };
  const adopt = () => {
    queues.adopt(`projects/${options.projectId}/locations/${options.location}`, options.queues);
    commit.flush();
  };
  adopt();
  return {
    queues,
    tasks,
    store,
    dispatcher,
    sender,
    commit,
    clockStore,
    overviewOf,
    overview: () => queues.all().map(overviewOf),
    reset() {
      queueStore.clear();
      adopt();
      sender.twice = false;
      dispatcher.reverseOrder = false;
    },
    close: () => db.close(),
  };
}
