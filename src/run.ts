import type { Express } from 'express';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from './clock.ts';
import { readConfig, type Config, type ServerConfig } from './config.ts';
import type { LocalCloud } from './local-cloud/index.ts';
import { announceEndpoints, withdrawEndpoints } from './local-endpoints.ts';
import { createLog, type Log } from './log.ts';

/** How long a phone on a bad line may take for an upload, in milliseconds; App Engine ends requests then, too. */
const SLOWEST_REQUEST = 10 * 60_000;

/** The life of the process: environment, config, local cloud, clients, app, listen, stop. */
export async function run(env: NodeJS.ProcessEnv): Promise<void> {
  const config = readConfig(env);
  const log = createLog({ level: config.logLevel, human: config.profile === 'local' && process.stdout.isTTY });
  const { standalone } = config.cloud;
  const starting = config.profile === 'local' && !standalone ? await startCloud(config) : undefined;
  // Loaded while the thread of the local cloud starts: a machine has more than one core.
  const [cloud, { createApp }, { createClients }, { loadKeys }] = await Promise.all([
    starting?.cloud,
    import('./app.ts'),
    import('./clients.ts'),
    import('./signing/keys.ts'),
  ]);
  if (cloud) void endWith(cloud, log);
  const local = cloud?.endpoints ?? standalone;
  const clients = createClients(config.cloud, cloud?.endpoints);
  const signingKeys = await loadKeys(clients, config.signingKey);
  const app = createApp({
    config,
    clock: systemClock,
    log,
    clients,
    signingKeys,
    ...(local ? { local } : {}),
  });

  const server = await listen(app, config.server);
  const address = addressOf(server, config.server.host);
  if (cloud) await Promise.all([cloud.appIsAt(address), announceEndpoints(config.cloud.dataDir, cloud.endpoints)]);
  log.info({ address, profile: config.profile }, `Photo Timeline is at ${address}`);
  server.requestTimeout = SLOWEST_REQUEST;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void stop(signal, server, cloud, config, log));
  }
}

/**
 * Starts the thread of the local cloud; `cloud` is there once that is up. Production never loads it: it is imported
 * here, and only when it is wanted.
 */
async function startCloud({ cloud }: Config): Promise<{ cloud: Promise<LocalCloud> }> {
  const { startLocalCloud } = await import('./local-cloud/index.ts');
  const read = (name: string) => readFile(new URL(`../${name}`, import.meta.url), 'utf8');
  const [indexes, queues, cron] = await Promise.all([read('index.yaml'), read('queue.yaml'), read('cron.yaml')]);
  const { dataDir, projectId, tasksLocation: location, bucket } = cloud;
  return { cloud: startLocalCloud({ dataDir, projectId, location, bucket, files: { indexes, queues, cron } }) };
}

/** Without its data the program is good for nothing: whoever watches it shall start it again. */
async function endWith(cloud: LocalCloud, log: Log): Promise<void> {
  const reason = await cloud.lost;
  log.fatal({ err: reason }, 'The local cloud has broken down, and the program ends with it. Start it again.');
  process.exit(1);
}

function listen(app: Express, { host, port }: ServerConfig): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(port, host, (error?: Error) => (error ? reject(error) : resolve(server)));
  });
}

function addressOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** Lets requests in work finish, then stops the cloud under them. A second signal ends the process at once. */
async function stop(
  signal: NodeJS.Signals,
  server: Server,
  cloud: LocalCloud | undefined,
  config: Config,
  log: Log,
): Promise<void> {
  log.info(`Stopping on ${signal}.`);
  process.once(signal, () => process.exit(130));
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
