import type { Clock } from '../../runtime/clock.ts';
import type { KnownHosts } from '../known-hosts.ts';
import { Background } from '../background.ts';
import { createPlatformCaller } from '../platform-call.ts';
import { CallLog } from '../trace/call-log.ts';
import { tasksForConsole, type TasksForConsole } from './console-access.ts';
import { createEngine, type QueueOverview } from './engine.ts';
import { microsOf } from './instants.ts';
import type { QueueConfig } from './queue-settings.ts';
import { serveTasks } from './server.ts';
import { watchClock } from '../../runtime/clock-watch.ts';
import type { ClockStore } from './clock-store.ts';
import { HOUR_MS } from '../../runtime/durations.ts';

export { readQueueYaml } from './queue-yaml.ts';
export type { QueueOverview } from './engine.ts';
export type { QueueConfig } from './queue-settings.ts';
export type { Queue } from './queue-store.ts';
export type { HttpMethod, Task } from './task.ts';

export interface TasksOptions {
  /** The folder of `tasks.sqlite`. */
  dataDir: string;
  clock: Clock;
  host: string;
  /** Which hosts and origins are answered; those of this machine without it. */
  knownHosts?: KnownHosts;
  /** 0 takes a free port. */
  port: number;
  /** The queues of queue.yaml. */
  queues: QueueConfig[];
  projectId: string;
  location: string;
  /** Base URL of the application, undefined while it is not up. */
  app: () => string | undefined;
  /** Whether tasks for the application are to wait although it is up, unless they are told to run. */
  appTasksWait?: () => boolean;
  /** Sent with every call to the app. */
  secret: string;
  /** Makes the ID tokens of HTTP targets; without it such tasks are refused. */
  mintOidcToken?: (email: string, audience: string) => Promise<string>;
  /** Where calls are noted; for no reader without it. */
  calls?: CallLog;
}

export interface TasksService {
  port: number;
  /** Called when the app has started: tasks that waited for it are sent. */
  wake(): void;
  /** Sends all due tasks regardless of rates, and the due tasks that they add. Retries due later stay. */
  drain(): Promise<void>;
  queues(): QueueOverview[];
  forConsole: TasksForConsole;
  /** Forgets all tasks and their names, every queue that queue.yaml does not name, and the faults. */
  reset(): void;
  faults: {
    /** Delivers every task once more after a success. */
    deliverTwice(on: boolean): void;
    /** Sends what is due last first. */
    reverseOrder(on: boolean): void;
    /** Which of them are on. */
    delivers(): { twice: boolean; reversed: boolean };
  };
  /** Aborts attempts in flight. Their tasks run again after the next start. */
  stop(): Promise<void>;
}

/** Cloud Tasks: queues and tasks on disk, their gRPC service, and the dispatcher that sends what is due. */
export async function startTasks(options: TasksOptions): Promise<TasksService> {
  const { clock } = options;
  const caller = createPlatformCaller(clock);
  const background = new Background({ clock, service: 'Tasks' });
  const engine = createEngine({ ...options, caller, background });
  const { tasks, dispatcher, sender, clockStore } = engine;
  const server = await serveTasks(engine, { calls: new CallLog(), ...options });
  const inBackground = (work: () => void) => background.run('old tasks', work);
  const stopSweep = sweepHourly(clock, clockStore, () => tasks.expire(), inBackground);
  const followClock = () => {
    const now = microsOf(clock.now());
    engine.commit.note(() => clockStore.setRight(now));
    dispatcher.wakeAll();
  };
  const ignoreSteps = clock.onStep(followClock);
  followClock();
  return {
    port: server.port,
    wake: () => dispatcher.wakeAll(),
    drain: () => dispatcher.drain(),
    queues() {
      // What is shown stays.
      engine.commit.flush();
      return engine.overview();
    },
    forConsole: tasksForConsole(engine),
    reset: () => engine.reset(),
    faults: {
      deliverTwice: (on) => void (sender.twice = on),
      reverseOrder: (on) => void (dispatcher.reverseOrder = on),
      delivers: () => ({ twice: sender.twice, reversed: dispatcher.reverseOrder }),
    },
    async stop() {
      stopSweep();
      ignoreSteps();
      await server.stop();
      const quiet = dispatcher.stop();
      caller.stop();
      await quiet;
      background.run('the last notes', () => engine.commit.flush());
      background.stop();
      engine.close();
    },
  };
}

/** Sweeps now and every hour, unless the clock is in doubt. Returns a function that ends this. */
function sweepHourly(clock: Clock, marks: ClockStore, sweep: () => void, run: (work: () => void) => void) {
  const watch = watchClock(clock);
  let cancel = () => {};
  const look = () => {
    const { mark, waitMs } = watch.look(marks.mark());
    marks.keep(mark);
    if (waitMs === 0) sweep();
  };
  const again = () => {
    run(look);
    cancel = clock.after(HOUR_MS, again);
  };
  again();
  return () => cancel();
}
