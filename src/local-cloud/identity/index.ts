import { once } from 'node:events';
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
}

export interface IdentityService {
  port: number;
  /** Its URL, the `iss` of its tokens: `/.well-known/openid-configuration`, `/jwks` and `/token` lie below it. */
  issuer: string;
  mint(name: string): Promise<MintedToken>;
  /** The ID token by which Cloud Tasks shows that it calls for this service account. */
  mintForAccount(email: string, audience: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a small OpenID Connect issuer over HTTP that signs in any name. Never let other machines reach it. */
export async function startIdentity({
  dataDir,
  clock,
  host,
  port,
  ...options
}: IdentityOptions): Promise<IdentityService> {
  const key = await readOrCreateKey(dataDir);
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  const issuer = createIssuer({ clock }, url, key);
  const known = options.knownHosts ?? knownHosts();
  server.on('request', (request, response) => void answer({ issuer, knownHosts: known }, request, response));
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
