import type { Express } from 'express';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../src/app/app.ts';
import { createClients, type Clients } from '../../src/app/clients.ts';
import { readConfig, type Config } from '../../src/app/config.ts';
import type { RequestReports } from '../../src/app/request-reports.ts';
import type { LocalCloud } from '../../src/local-cloud/index.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import type { Endpoints } from '../../src/runtime/local-endpoints.ts';
import { createLog, type LogOptions } from '../../src/runtime/log.ts';
import { loadKeys } from '../../src/signing/keys.ts';
import { chaosWith } from './chaos.ts';
import { noteReplies, type SeenReplies } from './documented-replies.ts';

export interface InstanceOptions {
  /** Further environment of the app. */
  env?: Record<string, string>;
  /** Endpoints that replace those of the cloud. */
  endpoints?: Endpoints;
  /** Where the app writes its log; without it the app writes none. */
  destination?: LogOptions['destination'] | undefined;
  /** Takes what the console shows of the app. */
  reports?: RequestReports | undefined;
}

/** One instance of the app, with clients of its own. */
export interface Instance {
  app: Express;
  clients: Clients;
}

/** The configuration that tests give the app; `env` adds to it. */
export function configOf(env: Record<string, string> = {}): Config {
  // In chaos clients repeat failed requests while the clock stands, and no rate limit refills.
  const unlimited = chaosWith('abort', 'cut', 'twice') ? { RATE_LIMITS: 'off' } : {};
  return readConfig({ PORT: '0', ...unlimited, ...env });
}

/** Creates the app on a local cloud and its clock. It does not listen yet. */
export async function createInstance(
  { cloud, clock }: { cloud: Pick<LocalCloud, 'endpoints'>; clock: Clock },
  { env = {}, endpoints = {}, destination, reports }: InstanceOptions = {},
): Promise<Instance> {
  const config = configOf({ LOG_LEVEL: destination ? 'info' : 'silent', ...env });
  const clients = createClients(config.cloud, { ...cloud.endpoints, ...endpoints });
  const app = createApp({
    config,
    clock,
    log: createLog({ level: config.logLevel, onLine: reports?.line, ...(destination && { destination }) }),
    clients,
    signingKeys: await loadKeys(clients),
    local: cloud.endpoints,
    onRequestEnd: reports?.request,
  });
  return { app, clients };
}

/** Listens on loopback. Returns the URL, what has been answered, and what ends it. */
export async function listen(app: Express): Promise<{ url: string; replies: SeenReplies; stop(): Promise<void> }> {
  const server = app.listen(0, '127.0.0.1');
  const replies = noteReplies(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    replies,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
