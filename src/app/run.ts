import type { Express } from 'express';
import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { systemClock } from '../runtime/clock.ts';
import { readConfig, type Config, type ServerConfig } from './config.ts';
import type { Clients } from './clients.ts';
import { startOwnCloud } from './own-cloud.ts';
import { createPort, startupGate } from './startup-gate.ts';
import type { LocalCloud } from '../local-cloud/index.ts';
import { announceEndpoints, withdrawEndpoints } from '../runtime/local-endpoints.ts';
import type { Log } from '../runtime/log.ts';

/**
 * Runs the service until a signal stops it: config, port and local cloud, clients, app, stop.
 * @param consistency Share of fresh writes that the local Datastore shows at once to queries without an ancestor.
 */
export async function run(env: NodeJS.ProcessEnv, consistency: number | undefined): Promise<void> {
  const config = readConfig(env);
  const opened = Promise.withResolvers<Express>();
  // The port opens before the rest is loaded. Requests that arrive before the app is ready wait there.
  const server = await listen(startupGate(opened.promise), config.server);
  const { app, cloud, log, answerBrokenRequests, announcePairing, preload, recover } = await assemble(
    config,
    consistency,
  );
  answerBrokenRequests(server, log);
  const address = addressOf(server, config.server.host);
  if (cloud) await Promise.all([cloud.appIsAt(address), announceEndpoints(config.cloud.dataDir, cloud.endpoints)]);
  opened.resolve(app);
  // A supervisor may send a signal as soon as it has read the next log line.
  stopOnSignal((signal) => stop(signal, server, cloud, config, log));
  const issuer = cloud?.endpoints.issuer;
  log.info({ address, profile: config.profile, ...(issuer && { issuer }) }, `Photo Timeline is at ${address}`);
  // Not as a line of the log: the address of the console holds a secret.
  if (config.profile === 'local') process.stderr.write(addressLines(address, cloud?.endpoints.console));
  announcePairing(server).catch((err: unknown) => log.error({ err }, 'No pairing code could be made.'));
  preload().catch((err: unknown) =>
    log.warn({ err }, 'The preload failed. Modules are loaded when a request needs them.'),
  );
  recover();
}

/** What a developer opens in a browser. */
function addressLines(page: string, consoleAddress: string | undefined): string {
  const lines = [`Page     ${page}/`, consoleAddress && `Console  ${consoleAddress}`, `Docs     ${page}/docs`];
  return lines.map((line) => line && `${line}\n`).join('');
}

/** Creates the app and its clients. Their modules are loaded while the thread of the local cloud starts. */
async function assemble(config: Config, consistency: number | undefined) {
  const starting = await startOwnCloud(config, consistency);
  const [cloud, modules] = await Promise.all([starting?.cloud, loadModules()]);
  const { createLog, createClients, loadKeys, createCore, createApp, answerBrokenRequests, ...after } = modules;
  const reports = cloud && (await import('./request-reports.ts')).reportRequests(cloud);
  const human = config.profile === 'local' && process.stdout.isTTY;
  const log = createLog({ level: config.logLevel, human, onLine: reports?.line });
  if (cloud) void endWith(cloud, log);
  const local = cloud?.endpoints ?? config.cloud.standalone;
  const clients = createClients(config.cloud, cloud?.endpoints);
  const signingKeys = await loadKeys(clients, config.signingKey);
  const deps = { config, clock: systemClock, log, clients, signingKeys, local, onRequestEnd: reports?.request };
  const core = createCore(deps);
  return {
    app: createApp(deps, core),
    cloud,
    log,
    answerBrokenRequests,
    announcePairing: (server: Server) => announce(config, clients, server),
    preload: () => after.preload(clients),
    recover: () => after.recoverTasks(core),
  };
}

/**
 * Prints how to pair a browser, where nothing else signs people in. Not as a line of the log: the code is a secret for ten
 * minutes.
 */
async function announce({ identity, server: { host }, linkBase }: Config, clients: Clients, server: Server) {
  if (identity.kind !== 'pairing') return;
  const { makePairingCode } = await import('../features/pairing/pairing-codes.ts');
  const { pairingNotice } = await import('../features/pairing/pairing-notice.ts');
  const { port } = server.address() as AddressInfo;
  const made = await makePairingCode({ datastore: clients.datastore, clock: systemClock });
  process.stderr.write(`${pairingNotice(made, { host, port, linkBase })}\n`);
}

/** Loads the modules of the app group by group. Between two of them the port answers `/healthz`. */
async function loadModules() {
  const { createLog } = await import('../runtime/log.ts');
  await eventLoopTurn();
  const { createClients } = await import('./clients.ts');
  await eventLoopTurn();
  const { createCore } = await import('./core.ts');
  await eventLoopTurn();
  const { createApp } = await import('./app.ts');
  await eventLoopTurn();
  const [{ loadKeys }, { answerBrokenRequests }, { preload, recoverTasks }] = await Promise.all([
    import('../signing/keys.ts'),
    import('../http/replies/broken-requests.ts'),
    import('./after-start.ts'),
  ]);
  return { createLog, createClients, loadKeys, createCore, createApp, answerBrokenRequests, preload, recoverTasks };
}

/** Ends the process with the thread of the local cloud, so that a supervisor restarts both. */
async function endWith(cloud: LocalCloud, log: Log): Promise<void> {
  const reason = await cloud.lost;
  log.fatal({ err: reason }, 'The local cloud has broken down, and the program ends with it. Start it again.');
  process.exit(1);
}

async function listen(listener: RequestListener, { host, port }: ServerConfig): Promise<Server> {
  const server = createPort(listener).listen(port, host);
  await once(server, 'listening');
  return server;
}

function addressOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** From Ctrl-C below npm two signals arrive, by the terminal and by npm. Within this time they count as one. */
const SAME_SIGNAL_MS = 500;

/** Calls `stop` at the first signal. A later signal ends the process at once. */
function stopOnSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let first: number | undefined;
  const take = (signal: NodeJS.Signals) => {
    if (first !== undefined && performance.now() - first > SAME_SIGNAL_MS) process.exit(130);
    if (first === undefined) void stop(signal);
    first ??= performance.now();
  };
  process.on('SIGTERM', take).on('SIGINT', take);
}

/** Lets running requests finish, then stops the local cloud. */
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
