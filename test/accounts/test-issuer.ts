import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TestKey {
  alg: string;
  kid: string;
  privateKey: CryptoKey;
  publicKey: JWK;
}

/** An issuer whose every word a test can choose. */
export interface TestIssuer {
  url: string;
  /** What it shows at `/jwks`; may be replaced. */
  keys: TestKey[];
  /** What it says of itself at `/.well-known/openid-configuration`. */
  metadata: Record<string, unknown>;
  /** How often its keys were fetched. */
  fetches: number;
  /** Answers every request with 500 while true. */
  broken: boolean;
  stop(): Promise<void>;
}

export async function newKey(alg = 'ES256'): Promise<TestKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { alg, kid, privateKey, publicKey: { ...jwk, alg, kid, use: 'sig' } };
}

export async function startTestIssuer(): Promise<TestIssuer> {
  const server = createServer((request, response) => {
    if (request.url === '/jwks') issuer.fetches++;
    const keySet = { keys: issuer.keys.map((key) => key.publicKey) };
    response.writeHead(issuer.broken ? 500 : 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(request.url === '/jwks' ? keySet : issuer.metadata));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: TestIssuer = {
    url,
    keys: [await newKey()],
    metadata: { issuer: url, jwks_uri: `${url}/jwks` },
    fetches: 0,
    broken: false,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return issuer;
}

/** A token with exactly these claims. */
export function signToken({ alg, kid, privateKey }: TestKey, claims: JWTPayload): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(privateKey);
}
