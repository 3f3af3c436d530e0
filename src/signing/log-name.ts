import type { SigningKeys } from './keys.ts';
import { sign } from './mac.ts';

/** Bytes of a name in the log: 72 bits keep a million users apart. */
const NAME_BYTES = 9;

/**
 * What a user is called in the log: always the same for one user, and without our key it cannot be turned back, nor
 * made of a user's id. It changes with the newest signing key.
 */
export function logName(keys: SigningKeys, user: string): string {
  return sign(keys, 'name in the log', user).subarray(-NAME_BYTES).toString('base64url');
}
