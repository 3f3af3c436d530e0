import type { SigningKeys } from './keys.ts';
import { sign } from './mac.ts';

/** 72 bits are enough to distinguish a million users. */
const NAME_BYTES = 9;

/**
 * Returns the name of a user in the log. It is always the same for one user. Without the signing key the user's id does
 * not give the name, nor the name the id. It changes with the newest signing key.
 */
export function logName(keys: SigningKeys, user: string): string {
  return sign(keys, 'name in the log', user).subarray(-NAME_BYTES).toString('base64url');
}
