import type { JWK } from 'jose';
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { readOrCreateFile } from '../owner-file.ts';

/** The key of the issuer: the half that signs, and the half that is shown, with its `alg` and `kid`. */
export interface IssuerKey {
  privateKey: KeyObject;
  publicKey: JWK;
}

/** Reads the key (ES256) from `identity.json` below `dataDir`, or makes it there, so that tokens outlive a restart. */
export async function readOrCreateKey(dataDir: string): Promise<IssuerKey> {
  const text = await readOrCreateFile(join(dataDir, 'identity.json'), async () => JSON.stringify(newKey()));
  const key = JSON.parse(text) as JWK;
  const { d: _secret, ...publicKey } = key;
  return { privateKey: createPrivateKey({ key, format: 'jwk' }), publicKey };
}

function newKey(): JWK {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ format: 'jwk' }) as JWK;
  return { ...key, alg: 'ES256', use: 'sig', kid: thumbprint(key) };
}

/** RFC 7638, section 3. */
function thumbprint({ crv, kty, x, y }: JWK): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}
