import type { ShareId, UserId } from '../runtime/ids.ts';
import type { SigningKeys } from './keys.ts';
import { sign, verify } from './mac.ts';

/** Names one share of one user. */
export interface ShareName {
  user: UserId;
  share: ShareId;
}

/** Returns the token of a share: its name, and a MAC of it by the newest key. It opens the share. */
export const writeShareToken = (keys: SigningKeys, { user, share }: ShareName): string =>
  `${user}${share}${sign(keys, PURPOSE, user + share).toString('base64url')}`;

/** Reads the token of a share. Returns undefined if it is damaged or forged. Whether the share exists, is stored. */
export function readShareToken(keys: SigningKeys, text: string): ShareName | undefined {
  const [, user = '', share = '', mac = ''] = TOKEN.exec(text) ?? [];
  const signature = Buffer.from(mac, 'base64url');
  // The last character has two bits to spare, so that one token would have four spellings.
  if (signature.toString('base64url') !== mac || !verify(keys, PURPOSE, user + share, signature)) return undefined;
  return { user: user as UserId, share: share as ShareId };
}

/**
 * The share that a token names, although the token may be forged. For the operator, who need not prove to know it.
 */
export function nameInShareToken(text: string): ShareName | undefined {
  const [, user, share] = TOKEN.exec(text) ?? [];
  return user === undefined ? undefined : { user: user as UserId, share: share as ShareId };
}

const PURPOSE = 'share';

/** User and share have 16 characters each, the signature has 20 bytes. */
const TOKEN = /^([0-9A-Za-z]{16})([0-9A-Za-z]{16})([\w-]{27})$/;
