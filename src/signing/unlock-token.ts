import type { SigningKeys } from './keys.ts';
import { sign, verify } from './mac.ts';
import type { ShareName } from './share-token.ts';

/** How long a share stays unlocked for a guest who knew its password, in milliseconds. */
export const UNLOCK_LIFE_MS = 3_600_000;

/** Returns the token of a guest who knew the password of a share. Another password makes it invalid. */
export function writeUnlockToken(keys: SigningKeys, name: ShareName, passwordHash: string, expiresAt: number): string {
  const until = Math.floor(expiresAt / 1000).toString(36);
  return `${until}.${sign(keys, PURPOSE, messageOf(name, passwordHash, until)).toString('base64url')}`;
}

/** Whether a token unlocks a share now. `now` is in milliseconds since the Unix epoch. */
export function isUnlocked(
  keys: SigningKeys,
  name: ShareName,
  { passwordHash, token, now }: { passwordHash: string; token: string; now: number },
): boolean {
  const [until = '', mac = ''] = token.split('.');
  if (!/^[0-9a-z]{1,8}$/.test(until) || Number.parseInt(until, 36) * 1000 <= now) return false;
  return verify(keys, PURPOSE, messageOf(name, passwordHash, until), Buffer.from(mac, 'base64url'));
}

const PURPOSE = 'unlocked share';

const messageOf = ({ user, share }: ShareName, passwordHash: string, until: string) =>
  `${user}.${share}.${until}.${passwordHash}`;
