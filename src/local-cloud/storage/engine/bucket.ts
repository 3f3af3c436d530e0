import { StorageError } from '../storage-error.ts';
import type { BucketFields } from './bucket-fields.ts';

/** A bucket as it is kept. Times are milliseconds since the Unix epoch. */
export interface Bucket {
  name: string;
  metageneration: number;
  created: number;
  updated: number;
  fields: BucketFields;
}

/**
 * Checks a name by "Bucket naming guidelines": 3–63 characters, or up to 222 with dots between parts of at most 63.
 * Deviation: the ownership of a domain is not checked.
 * @throws StorageError invalid
 */
export function checkBucketName(name: string): void {
  const parts = name.split('.');
  const longest = parts.length > 1 ? 222 : 63;
  const fits = name.length >= 3 && name.length <= longest && parts.every((part) => part.length <= 63);
  // Each part begins and ends with a letter or a digit: a name with dots has to be a domain.
  const spelled = parts.every((part) => /^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$/.test(part));
  const reserved = name.startsWith('goog') || LIKE_GOOGLE.test(name) || IP_ADDRESS.test(name);
  if (fits && spelled && !reserved) return;
  throw new StorageError('invalid', `Invalid bucket name: '${name}'`);
}

/** "google" and the misspellings that Google's testbench refuses. */
const LIKE_GOOGLE = /g[o0]{2}g[l1][e3]/;
const IP_ADDRESS = /^\d+(?:\.\d+){3}$/;
