import type { Express } from 'express';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../runtime/clock.ts';
import { readConfig, type Config, type ServerConfig } from './config.ts';
import { createPort, startupGate } from './startup-gate.ts';
import type { LocalCloud } from '../local-cloud/index.ts';
import { announceEndpoints, withdrawEndpoints } from '../runtime/local-endpoints.ts';
import type { Log } from '../runtime/log.ts';
import type { StartOptions } from './start-options.ts';

/** Ctrl-C reaches a program below npm twice, from the terminal and from npm. So close, in milliseconds, they are one. */
const ONE_SIGNAL = 500;

/** The life of the process: environment, config, local cloud and port, clients, app, stop. */
export async function run(env: NodeJS.ProcessEnv, { consistency }: Pick<StartOptions, 'consistency'>): Promise<void> {
  const config = readConfig(env);
  const opened = Promise.withResolvers<Express>();
  // Side by side: a machine has more than one core, and who comes early waits at the port.
  const [server, { app, cloud, log, answerBrokenRequests, warmUp, recover }] = await Promise.all([
    listen(startupGate(opened.promise), config.server),
    assemble(config, consistency),
  ]);
  answerBrokenRequests(server, log);
  const address = addressOf(server, config.server.host);
  if (cloud) await Promise.all([cloud.appIsAt(address), announceEndpoints(config.cloud.dataDir, cloud.endpoints)]);
  opened.resolve(app);
  // Before the line that tells a supervisor that the program is up.
  stopOnSignal((signal) => stop(signal, server, cloud, config, log));
  log.info({ address, profile: config.profile }, `Photo Timeline is at ${address}`);
  warmUp().catch((err: unknown) => log.warn({ err }, 'What later requests need is not loaded yet.'));
  recover();
}

/** The app on its clients, loaded while the thread of the local cloud starts. */
async function assemble(config: Config, consistency: number | undefined) {
  const starting = await startCloud(config, consistency);
  const [cloud, { createLog }, { createApp }, { createCore }, ...others] = await Promise.all([
    starting?.cloud,
    import('../runtime/log.ts'),
    import('./app.ts'),
    import('./core.ts'),
    import('./clients.ts'),
    import('../signing/keys.ts'),
    import('../http/replies/broken-requests.ts'),
    import('./preload.ts'),
    import('./recovery.ts'),
  ]);
  const [{ createClients }, { loadKeys }, broken, { warmUp }, { recoverTasks }] = others;
  const log = createLog({ level: config.logLevel, human: config.profile === 'local' && process.stdout.isTTY });
  if (cloud) void endWith(cloud, log);
  const local = cloud?.endpoints ?? config.cloud.standalone;
  const clients = createClients(config.cloud, cloud?.endpoints);
  const signingKeys = await loadKeys(clients, config.signingKey);
  const deps = { config, clock: systemClock, log, clients, signingKeys, ...(local ? { local } : {}) };
  const core = createCore(deps);
  const app = createApp(deps, core);
  return { app, cloud, log, ...broken, warmUp: () => warmUp(clients), recover: () => recoverTasks(core) };
}

/**
 * Starts the thread of the local cloud, where one is wanted; `cloud` is there once that is up. Production never loads it:
 * it is imported here alone.
 */
async function startCloud(
  { profile, cloud }: Config,
  consistency: number | undefined,
): Promise<{ cloud: Promise<LocalCloud> } | undefined> {
  const without = profile !== 'local' || cloud.standalone !== undefined;
  if (consistency !== undefined && (without || cloud.emulators.datastore !== undefined)) {
    throw new Error('--consistency is for the Datastore that npm start brings, and the environment names another one.');
  }
  if (without) return undefined;
  const { startLocalCloud } = await import('../local-cloud/index.ts');
  const read = (name: string) => readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
  const [indexes, queues, cron] = await Promise.all([read('index.yaml'), read('queue.yaml'), read('cron.yaml')]);
  const { dataDir, projectId, tasksLocation: location, bucket } = cloud;
  const options = { dataDir, projectId, location, bucket, files: { indexes, queues, cron } };
  return { cloud: startLocalCloud({ ...options, ...(consistency === undefined ? {} : { consistency }) }) };
}

/** Without its data the program is good for nothing: whoever watches it shall start it again. */
async function endWith(cloud: LocalCloud, log: Log): Promise<void> {
  const reason = await cloud.lost;
  log.fatal({ err: reason }, 'The local cloud has broken down, and the program ends with it. Start it again.');
  process.exit(1);
}

async function listen(door: RequestListener, { host, port }: ServerConfig): Promise<Server> {
  const server = createPort(door).listen(port, host);
  await once(server, 'listening');
  return server;
}

function addressOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** Stops at the first signal. A later one ends the process at once. */
function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let first: number | undefined;
  const take = (signal: NodeJS.Signals) => {
    if (first !== undefined && performance.now() - first > ONE_SIGNAL) process.exit(130);
    if (first === undefined) void stop(signal);
    first ??= performance.now();
  };
  process.on('SIGTERM', take).on('SIGINT', take);
}

/** Lets requests in work finish, then stops the cloud under them. */
async function stop(
  signal: NodeJS.Signals,
  server: Server,
  cloud: LocalCloud | undefined,
  config: Config,
  log: Log,
): Promise<void> {
  log.info(`Stopping on ${signal}.`);
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const cutOff = setTimeout(() => server.closeAllConnections(), config.server.stopGraceMs);
  await cloud?.appIsGone();
  await closed;
  clearTimeout(cutOff);
  if (cloud) await withdrawEndpoints(config.cloud.dataDir);
  await cloud?.stop();
  log.info('Stopped.');
  process.exit(0);
}
