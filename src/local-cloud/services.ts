import { randomBytes } from 'node:crypto';
import { manualClock, systemClock, type ManualClock } from '../clock.ts';
import { readCronYaml, startCron } from './cron/index.ts';
import { readIndexYaml, startDatastore } from './datastore/index.ts';
import { startIdentity } from './identity/index.ts';
import { lockDataDir } from './lock.ts';
import type { LocalCloudOptions, LocalEndpoints } from './options.ts';
import { startStorage } from './storage/index.ts';
import { readQueueYaml, startTasks } from './tasks/index.ts';

/** Everything that can be asked of the running services; each entry is one message on the worker's port. */
export interface Services {
  endpoints: LocalEndpoints;
  commands: {
    /** The app listens at this URL: tasks and cron may call it. */
    appIsAt(url: string): void;
    appIsGone(): void;
    /** Moves the standing clock. */
    advance(ms: number): void;
    /** Runs every task that is due, and those that they add. */
    drain(): Promise<void>;
    /** Runs the cron job of this URL now; its HTTP status. */
    runCron(url: string): Promise<number>;
    /** Empties all services. */
    reset(): void;
    abortCommits(count: number): void;
    cutWrites(count: number): void;
    deliverTwice(on: boolean): void;
    mintToken(name: string): Promise<{ token: string; expiresIn: number }>;
    stop(): Promise<void>;
  };
}

/** Starts Datastore, Storage, Tasks, cron and the identity issuer on one data folder. */
export async function startServices(options: LocalCloudOptions): Promise<Services> {
  const { dataDir, files, ports = {}, host = '127.0.0.1' } = options;
  const unlock = lockDataDir(dataDir);
  const moved: ManualClock | undefined =
    options.standingClock === undefined ? undefined : manualClock(options.standingClock);
  const clock = moved ?? systemClock;
  const secret = randomBytes(24).toString('base64url');
  let appUrl: string | undefined;
  const app = () => appUrl;
  // Where the clock stands, tasks wait for `drain` as well: a test sees the world before and after them.
  let held = moved !== undefined;
  const shared = { dataDir, clock, host };

  const datastore = await startDatastore({
    ...shared,
    port: ports.datastore ?? 0,
    indexes: readIndexYaml(files.indexes),
    consistency: options.consistency ?? 1,
  });
  const storage = await startStorage({ ...shared, port: ports.storage ?? 0, buckets: [options.bucket] });
  const identity = await startIdentity({ ...shared, port: ports.identity ?? 0 });
  const tasks = await startTasks({
    ...shared,
    port: ports.tasks ?? 0,
    queues: readQueueYaml(files.queues),
    projectId: options.projectId,
    location: options.location,
    app: () => (held ? undefined : appUrl),
    secret,
  });
  const cron = startCron({ dataDir, clock, jobs: readCronYaml(files.cron), app, secret });

  return {
    endpoints: {
      datastore: `${host}:${datastore.port}`,
      storage: `http://${host}:${storage.port}`,
      tasks: `${host}:${tasks.port}`,
      issuer: identity.issuer,
      secret,
    },
    commands: {
      appIsAt(url) {
        appUrl = url;
        tasks.wake();
      },
      appIsGone: () => void (appUrl = undefined),
      advance(ms) {
        if (!moved) throw new Error('The local cloud runs on real time: it was started without a standing clock.');
        moved.advance(ms);
      },
      async drain() {
        held = false;
        await tasks.drain().finally(() => (held = moved !== undefined));
      },
      runCron: (url) => cron.runNow(url),
      reset() {
        datastore.reset();
        storage.reset();
        tasks.reset();
      },
      abortCommits: (count) => datastore.faults.abortCommits(count),
      cutWrites: (count) => storage.faults.cutWrites(count),
      deliverTwice: (on) => tasks.faults.deliverTwice(on),
      mintToken: (name) => identity.mint(name),
      async stop() {
        await cron.stop();
        await tasks.stop();
        await Promise.all([datastore.stop(), storage.stop(), identity.stop()]);
        unlock();
      },
    },
  };
}
