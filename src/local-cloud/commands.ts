import type { ManualClock } from '../runtime/clock.ts';
import type { EndedRequest } from '../runtime/ended-request.ts';
import type { AppAddress } from './app-address.ts';
import type { CronService } from './cron/index.ts';
import type { DatastoreService } from './datastore/index.ts';
import type { IdentityService } from './identity/index.ts';
import type { StorageService } from './storage/index.ts';
import type { TasksService } from './tasks/index.ts';
import type { Trace } from './trace/trace.ts';

export interface CommandDeps {
  datastore: DatastoreService;
  storage: StorageService;
  tasks: TasksService;
  cron: CronService;
  identity: IdentityService;
  app: AppAddress;
  trace: Trace;
  /** Absent where the time is the real one. */
  standingClock: ManualClock | undefined;
  stop(): Promise<void>;
}

export type Commands = ReturnType<typeof createCommands>;

/** The commands to the running services. Each entry is one message on the owner's port. */
export function createCommands({ app, trace, standingClock, stop, ...services }: CommandDeps) {
  const { datastore, storage, tasks, cron, identity } = services;
  return {
    /** The app listens at this URL: tasks and cron may call it. */
    appIsAt(url: string) {
      app.url = url;
      tasks.wake();
      cron.wake();
    },
    appIsGone: () => void (app.url = undefined),
    /** Shows requests that have ended, and lines of the app's log. */
    noteApp: (requests: EndedRequest[], lines: string[]) => trace.take(requests, lines),

    /** Moves the standing clock on by `ms`, and waits for the cron runs that fall due. */
    async advance(ms: number) {
      if (!standingClock) throw new Error('The clock does not stand: the local cloud was started on real time.');
      standingClock.advance(ms);
      await cron.idle();
    },
    /** Sets the standing clock ahead by `ms`, or back if it is negative, and waits for the cron runs that are due then. */
    async step(ms: number) {
      if (!standingClock) throw new Error('The clock does not stand: the local cloud was started on real time.');
      standingClock.step(ms);
      standingClock.advance(0);
      await cron.idle();
    },
    /** Waits for cron runs in progress, then runs every due task and those that they add. */
    async drain() {
      await cron.idle();
      await app.whileDraining(() => tasks.drain());
    },
    /** Runs the cron job of this URL now; its HTTP status. */
    runCron: (url: string) => cron.runNow(url),
    /** Resolves when no cron run is in progress. */
    cronIdle: () => cron.idle(),
    /** Empties all services, ends all faults, and counts the times of cron from now. */
    async reset() {
      await cron.idle();
      datastore.reset();
      datastore.faults.abortCommits(0);
      datastore.faults.abortEachOnce(false);
      datastore.engine.consistency.share = datastore.engine.consistency.atStart;
      storage.reset();
      storage.faults.cutWrites(0);
      storage.faults.cutEachOnce(false);
      tasks.reset();
      cron.reset();
      trace.clear();
    },

    /** The next `count` transactional commits end in ABORTED. */
    abortCommits: (count: number) => datastore.faults.abortCommits(count),
    /** Every transaction ends in ABORTED once, and succeeds when it is retried. */
    abortEachOnce: (on: boolean) => datastore.faults.abortEachOnce(on),
    /** The next `count` uploads lose their connection half-way. */
    cutWrites: (count: number) => storage.faults.cutWrites(count),
    /** Every upload loses its connection half-way once, and succeeds when the same bytes are sent again. */
    cutEachOnce: (on: boolean) => storage.faults.cutEachOnce(on),
    /** Delivers every task once more after a success. */
    deliverTwice: (on: boolean) => tasks.faults.deliverTwice(on),
    /** Sends the tasks that are due last first. */
    reverseOrder: (on: boolean) => tasks.faults.reverseOrder(on),

    /** An ID token of the stand-in issuer for any name. */
    mintToken: (name: string) => identity.mint(name),
    stop,
  };
}
