import type { Datastore } from '@google-cloud/datastore';
import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';

/** One secret that signs. A signature for one purpose is not valid for another. */
export interface SigningKey {
  /** Four bytes that identify the key and reveal nothing about the secret. */
  id: Buffer;
  /** Returns the 32-byte key of one purpose (HKDF-SHA-256, RFC 5869, with the purpose as its info). */
  derive(purpose: string): KeyObject;
}

/** The valid keys: the first signs, and all of them verify, so that links stay valid when the key is changed. */
export type SigningKeys = readonly [SigningKey, ...SigningKey[]];

/** 32 characters of base64 have 192 bits. */
const MIN_SECRET_CHARACTERS = 32;

/**
 * Reads the secrets in `SIGNING_KEY`: newest first, separated by commas.
 * @throws Error if a secret is shorter than 32 characters; the message does not contain it
 */
export function parseKeys(text: string): SigningKeys {
  const [first = '', ...older] = text.split(',').map((secret) => secret.trim());
  return [signingKey(first), ...older.map(signingKey)];
}

/**
 * Returns the configured keys, or those of the entity `Secret:signing`, which the first instance creates. To change a
 * key there, write the new secret and a comma before the old secret.
 */
export async function loadKeys({ datastore }: { datastore: Datastore }, configured?: string): Promise<SigningKeys> {
  if (configured !== undefined) return parseKeys(configured);
  return parseKeys((await readSecret(datastore)) ?? (await insertSecret(datastore)));
}

function signingKey(secret: string): SigningKey {
  if (secret.length < MIN_SECRET_CHARACTERS) {
    throw new Error(`A signing key needs at least ${MIN_SECRET_CHARACTERS} characters, this one has ${secret.length}.`);
  }
  // A MAC with a KeyObject takes a fifth of the time of a MAC with bytes, which Node prepares each time.
  const derived = new Map<string, KeyObject>();
  return {
    id: hkdf(secret, 'key id', 4),
    derive(purpose) {
      const known = derived.get(purpose);
      if (known) return known;
      const key = createSecretKey(hkdf(secret, `purpose: ${purpose}`, 32));
      derived.set(purpose, key);
      return key;
    },
  };
}

const hkdf = (secret: string, info: string, bytes: number) =>
  Buffer.from(hkdfSync('sha256', secret, 'photo-timeline', info, bytes));

async function readSecret(datastore: Datastore): Promise<string | undefined> {
  const [entity] = (await datastore.get(datastore.key(['Secret', 'signing']))) as [{ value: string } | undefined];
  return entity?.value;
}

async function insertSecret(datastore: Datastore): Promise<string> {
  const value = randomBytes(32).toString('base64url');
  try {
    await datastore.insert({
      key: datastore.key(['Secret', 'signing']),
      data: { value },
      excludeFromIndexes: ['value'],
    });
    return value;
  } catch (cause) {
    // Another instance was first, or an attempt that timed out: the stored secret counts.
    const stored = await readSecret(datastore);
    if (stored === undefined) throw cause;
    return stored;
  }
}
