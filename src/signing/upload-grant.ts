import type { TokenId, UserId } from '../runtime/ids.ts';
import type { SigningKeys } from './keys.ts';
import { sign, verify } from './mac.ts';

/** Permits the bearer to upload one photo for a user until `expiresAt` (milliseconds since the Unix epoch). */
export interface UploadGrant {
  user: UserId;
  /** Random: names the grant among all of the user. */
  id: string;
  /** A whole second. */
  expiresAt: number;
  /** The generation of the user's grants when it was made. Grants of an earlier one have ended. */
  generation: number;
  /** The personal token that asked for it. The grant ends when that is revoked. */
  token?: TokenId | undefined;
}

/** Writes a grant as text for the path of a URL. Nothing of it is stored. */
export function writeUploadGrant(keys: SigningKeys, grant: UploadGrant): string {
  const { user, id, expiresAt, generation, token = '' } = grant;
  const message = `${user}${id}${(expiresAt / 1000).toString(36)}.${generation.toString(36)}.${token}`;
  return `${message}.${sign(keys, PURPOSE, message).toString('base64url')}`;
}

/** Reads a grant. Returns undefined if it is damaged or forged. Whether it has ended, is for the caller to find out. */
export function readUploadGrant(keys: SigningKeys, text: string): UploadGrant | undefined {
  const [, message = '', user = '', id = '', second = '', generation = '', token, mac = ''] = GRANT.exec(text) ?? [];
  const signature = Buffer.from(mac, 'base64url');
  // The last character has two bits to spare, so that one grant would have four spellings.
  if (signature.toString('base64url') !== mac || !verify(keys, PURPOSE, message, signature)) return undefined;
  return {
    user: user as UserId,
    id,
    expiresAt: Number.parseInt(second, 36) * 1000,
    generation: Number.parseInt(generation, 36),
    token: token as TokenId | undefined,
  };
}

const PURPOSE = 'upload grant';

/** User and id have 16 characters each, a token has as many or is left out, the signature has 20 bytes. */
const GRANT = /^(([0-9A-Za-z]{16})([0-9A-Za-z]{16})([0-9a-z]{1,9})\.([0-9a-z]{1,9})\.([0-9A-Za-z]{16})?)\.([\w-]{27})$/;
