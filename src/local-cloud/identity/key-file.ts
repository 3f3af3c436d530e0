import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The key of the issuer: the half that signs, and the half that is shown, with its `alg` and `kid`. */
export interface IssuerKey {
  privateKey: CryptoKey;
  publicKey: JWK;
}

/** Reads the key (ES256) from `identity.json` below `dataDir`, or makes it there, so that tokens outlive a restart. */
export async function readOrCreateKey(dataDir: string): Promise<IssuerKey> {
  const path = join(dataDir, 'identity.json');
  const stored = await readIfThere(path);
  const key = stored === undefined ? await newKey() : (JSON.parse(stored) as JWK);
  if (stored === undefined) await replaceFile(path, JSON.stringify(key));
  const { d: _secret, ...publicKey } = key;
  return { privateKey: (await importJWK(key)) as CryptoKey, publicKey };
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const key = await exportJWK(privateKey);
  return { ...key, alg: 'ES256', use: 'sig', kid: await calculateJwkThumbprint(key) };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Readable by its owner alone; written aside and renamed, so that a crash leaves no half file. */
async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, text, { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}
