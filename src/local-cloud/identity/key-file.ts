import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { join } from 'node:path';
import { readOrCreateFile } from '../owner-file.ts';

/** The key of the issuer: the half that signs, and the half that is shown, with its `alg` and `kid`. */
export interface IssuerKey {
  privateKey: CryptoKey;
  publicKey: JWK;
}

/** Reads the key (ES256) from `identity.json` below `dataDir`, or makes it there, so that tokens outlive a restart. */
export async function readOrCreateKey(dataDir: string): Promise<IssuerKey> {
  const text = await readOrCreateFile(join(dataDir, 'identity.json'), async () => JSON.stringify(await newKey()));
  const key = JSON.parse(text) as JWK;
  const { d: _secret, ...publicKey } = key;
  return { privateKey: (await importJWK(key)) as CryptoKey, publicKey };
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = await exportJWK(privateKey);
  return { ...key, alg: 'ES256', use: 'sig', kid: await calculateJwkThumbprint(key) };
}
