import { randomBytes } from 'node:crypto';
import { manualClock, systemClock } from '../runtime/clock.ts';
import { AppAddress } from './app-address.ts';
import { reasonOf } from './cloud-error.ts';
import { createCommands, type CommandDeps, type Commands } from './commands.ts';
import { startConsole, type ConsoleOptions } from './console/index.ts';
import { LiveTopics } from './console/live.ts';
import { readCronYaml, startCron } from './cron/index.ts';
import { diskFault } from './disk-fault.ts';
import { readIndexYaml, startDatastore } from './datastore/index.ts';
import { startIdentity } from './identity/index.ts';
import { knownHosts } from './known-hosts.ts';
import { lockDataDir } from './lock.ts';
import type { LocalCloudOptions, LocalEndpoints } from './options.ts';
import { readOrCreateServiceAccount, type ServiceAccount } from './service-account.ts';
import { startStorage } from './storage/index.ts';
import { readQueueYaml, startTasks } from './tasks/index.ts';
import { Trace } from './trace/trace.ts';

export interface Services {
  endpoints: LocalEndpoints;
  commands: Commands;
}

/**
 * Starts Datastore, Storage, Tasks, cron and the identity issuer on one data folder. Rejects with the reason when one of
 * them cannot start; those before it are stopped then and the folder is free again.
 */
export async function startServices(options: LocalCloudOptions): Promise<Services> {
  const { host = '127.0.0.1', secret = randomBytes(24).toString('base64url') } = options;
  // Closes its parts in the opposite order, each even if another one fails.
  await using running = new AsyncDisposableStack();
  running.defer(lockDataDir(options.dataDir));
  const serviceAccount = await readOrCreateServiceAccount(options.dataDir, options.projectId);
  const live = new LiveTopics();
  const parts = await startParts({ ...options, host, secret, serviceAccount, live }, running);
  const { datastore, storage, tasks, identity } = parts;
  const commands = createCommands({ ...parts, stop: () => all.disposeAsync() });
  const address =
    options.console && (await openConsole(options, options.console, { ...parts, live, commands }, running));

  const all = running.move();
  return {
    endpoints: {
      datastore: `${host}:${datastore.port}`,
      storage: `http://${host}:${storage.port}`,
      tasks: `${host}:${tasks.port}`,
      issuer: identity.issuer,
      secret,
      keyFile: serviceAccount.keyFile,
      console: address,
    },
    commands,
  };
}

type Parts = Omit<CommandDeps, 'stop'>;

/** Its address, with the token. */
async function openConsole(
  { dataDir, projectId, location }: LocalCloudOptions,
  port: ConsoleOptions,
  services: Parts & { commands: Commands; live: LiveTopics },
  running: AsyncDisposableStack,
): Promise<string> {
  const clock = services.standingClock ?? systemClock;
  const deps = { ...services, clock, projectId, location, dataDir };
  const service = await naming('The console', startConsole(deps, port));
  running.defer(() => service.stop());
  return service.address;
}

type Settled = LocalCloudOptions & {
  host: string;
  secret: string;
  serviceAccount: ServiceAccount;
  live: LiveTopics;
};

async function startParts(options: Settled, running: AsyncDisposableStack): Promise<Parts> {
  const { dataDir, files, ports = {}, host, secret, serviceAccount } = options;
  const standingClock = options.standingClock === undefined ? undefined : manualClock(options.standingClock);
  const clock = standingClock ?? systemClock;
  // Where the clock stands, tasks wait for `drain` as well: a test sees the world before and after them.
  const app = new AppAddress(options.app, standingClock !== undefined);
  const trace = new Trace((topic) => options.live.changed(topic));
  const { calls } = trace;
  const shared = { dataDir, clock, calls, host, knownHosts: knownHosts([host, ...(options.allowHosts ?? [])]) };
  const keep = async <T extends { stop(): Promise<void> }>(name: string, starting: Promise<T>): Promise<T> => {
    const service = await naming(name, starting);
    running.defer(() => service.stop());
    return service;
  };

  const indexes = readIndexYaml(files.indexes);
  const queues = readQueueYaml(files.queues);
  const jobs = readCronYaml(files.cron);
  const datastore = await keep(
    'Datastore',
    startDatastore({
      ...shared,
      projectId: options.projectId,
      port: ports.datastore ?? 0,
      indexes,
      consistency: options.consistency ?? 1,
      concurrency: options.concurrency ?? 'optimistic',
      groupRate: options.groupRate,
    }),
  );
  const buckets = [options.bucket].flat();
  const signers = [serviceAccount];
  const storage = await keep('Storage', startStorage({ ...shared, port: ports.storage ?? 0, buckets, signers }));
  const identityOptions = { ...shared, port: ports.identity ?? 0, orFreePort: options.identityOrFreePort };
  const identity = await keep('The issuer', startIdentity(identityOptions));
  const tasks = await keep(
    'Tasks',
    startTasks({
      ...shared,
      port: ports.tasks ?? 0,
      queues,
      projectId: options.projectId,
      location: options.location,
      app: () => app.url,
      appTasksWait: () => app.tasksWait(),
      secret,
      mintOidcToken: (email, audience) => identity.mintForAccount(email, audience),
    }),
  );
  const cron = startCron({ dataDir, clock, jobs, app: () => app.url, secret });
  running.defer(() => cron.stop());
  return { datastore, storage, tasks, cron, identity, app, trace, standingClock };
}

/** Adds which service failed to start: the error of a port in use does not say it. */
async function naming<T>(name: string, starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (cause) {
    throw new Error(`${name} cannot start: ${diskFault(cause)?.message ?? reasonOf(cause)}`, { cause });
  }
}
