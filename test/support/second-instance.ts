import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';
import { createApp } from '../../src/app/app.ts';
import { createClients } from '../../src/app/clients.ts';
import type { Endpoints } from '../../src/runtime/local-endpoints.ts';
import { readConfig } from '../../src/app/config.ts';
import { createLog } from '../../src/runtime/log.ts';
import { loadKeys } from '../../src/signing/keys.ts';
import { asClientsFind } from './chaos.ts';
import type { World } from './world.ts';

/**
 * One more instance of the app on the cloud and the clock of a world, with clients of its own and further environment.
 * Returns its URL.
 */
export async function secondInstance(
  world: World,
  endpoints: Endpoints = {},
  env: Record<string, string> = {},
): Promise<string> {
  const config = readConfig({ PORT: '0', LOG_LEVEL: 'silent', ...env });
  const clients = createClients(config.cloud, { ...world.cloud.endpoints, ...endpoints });
  const app = createApp({
    config,
    clock: world.clock,
    log: createLog({ level: config.logLevel }),
    clients,
    signingKeys: await loadKeys(clients),
    local: world.cloud.endpoints,
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return asClientsFind(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}
