import type { Datastore } from '@google-cloud/datastore';
import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';

/** One secret that signs. What is signed for one purpose never counts for another. */
export interface SigningKey {
  /** Four bytes that tell the keys apart and say nothing about the secret. */
  id: Buffer;
  /** The 32 bytes that sign for one purpose (HKDF-SHA-256, RFC 5869, with the purpose as its info). */
  derive(purpose: string): KeyObject;
}

/** The keys in force: the first one signs, all of them verify, so that a key can be changed without breaking links. */
export type SigningKeys = readonly [SigningKey, ...SigningKey[]];

/** The fewest characters of a secret: 32 of base64 carry 192 bits. */
const SHORTEST_SECRET = 32;

/**
 * Reads secrets as `SIGNING_KEY` holds them, newest first, separated by commas.
 * Throws an Error that names no secret when one is shorter than 32 characters.
 */
export function parseKeys(text: string): SigningKeys {
  const [first = '', ...older] = text.split(',').map((secret) => secret.trim());
  return [signingKey(first), ...older.map(signingKey)];
}

/**
 * The configured keys, or those of the entity `Secret:signing`, which the first instance to ask creates.
 * To change a key there, write the new secret and a comma before the old one.
 */
export async function loadKeys({ datastore }: { datastore: Datastore }, configured?: string): Promise<SigningKeys> {
  if (configured !== undefined) return parseKeys(configured);
  return parseKeys((await readSecret(datastore)) ?? (await insertSecret(datastore)));
}

function signingKey(secret: string): SigningKey {
  if (secret.length < SHORTEST_SECRET) {
    throw new Error(`A signing key needs at least ${SHORTEST_SECRET} characters, this one has ${secret.length}.`);
  }
  // Node prepares a KeyObject once, but the bytes of a key for each MAC: a MAC from bytes costs five times as much.
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
    // Another instance was first, or a try of our own that timed out: what is stored counts.
    const stored = await readSecret(datastore);
    if (stored === undefined) throw cause;
    return stored;
  }
}
