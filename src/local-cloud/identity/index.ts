import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../runtime/clock.ts';
import { createServer } from '../../runtime/node-http.ts';
import { knownHosts, type KnownHosts } from '../known-hosts.ts';
import { createIssuer, type MintedToken, readOrCreateKey } from './issuer.ts';
import { answer } from './server.ts';

interface IdentityOptions {
  /** The folder of the key file. */
  dataDir: string;
  clock: Clock;
  host: string;
  /** Which hosts and origins are answered; those of this machine without it. */
  knownHosts?: KnownHosts;
  /** 0 takes a free port. */
  port: number;
  /** Whether any free port will do while another program has `port`. */
  orFreePort?: boolean | undefined;
}

export interface IdentityService {
  port: number;
  /** Its URL, the `iss` of its tokens: all endpoints lie below it. */
  issuer: string;
  mint(name: string): Promise<MintedToken>;
  /** The ID token by which Cloud Tasks shows that it calls for this service account. */
  mintForAccount(email: string, audience: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts an OpenID Connect provider over HTTP that signs in any name. Never let other machines reach it. Its URL is the
 * issuer of its tokens, so they count only as long as it has the same port.
 */
export async function startIdentity({
  dataDir,
  clock,
  host,
  port,
  ...options
}: IdentityOptions): Promise<IdentityService> {
  const key = await readOrCreateKey(dataDir);
  const server = createServer();
  await listen(server, host, port).catch((error: unknown) => {
    if (!options.orFreePort || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return listen(server, host, 0);
  });
  const bound = (server.address() as AddressInfo).port;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  const issuer = createIssuer({ clock }, url, key);
  const deps = { issuer, knownHosts: options.knownHosts ?? knownHosts(), usedCodes: new Map<string, number>() };
  server.on('request', (request, response) => void answer(deps, request, response));
  return {
    port: bound,
    issuer: url,
    mint: (name) => issuer.mint(name),
    mintForAccount: (email, audience) => issuer.mintForAccount(email, audience),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}
