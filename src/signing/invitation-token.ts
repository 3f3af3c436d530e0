import type { AlbumId, InvitationId, UserId } from '../runtime/ids.ts';
import type { SigningKeys } from './keys.ts';
import { sign, verify } from './mac.ts';

/** Names one invitation to an album of a user. */
export interface InvitationName {
  host: UserId;
  album: AlbumId;
  invitation: InvitationId;
}

/** Returns the token of an invitation: its name, and a MAC of it by the newest key. */
export const writeInvitationToken = (keys: SigningKeys, { host, album, invitation }: InvitationName): string =>
  `${host}${album}${invitation}${sign(keys, PURPOSE, host + album + invitation).toString('base64url')}`;

/** Reads the token of an invitation. Returns undefined if it is damaged or forged. Whether it is open, is stored. */
export function readInvitationToken(keys: SigningKeys, text: string): InvitationName | undefined {
  const [, host = '', album = '', invitation = '', mac = ''] = TOKEN.exec(text) ?? [];
  const signature = Buffer.from(mac, 'base64url');
  // The last character has two bits to spare, so that one token would have four spellings.
  if (signature.toString('base64url') !== mac) return undefined;
  if (!verify(keys, PURPOSE, host + album + invitation, signature)) return undefined;
  return { host: host as UserId, album: album as AlbumId, invitation: invitation as InvitationId };
}

const PURPOSE = 'album invitation';

/** Owner, album and invitation have 16 characters each, the signature has 20 bytes. */
const TOKEN = /^([0-9A-Za-z]{16})([0-9A-Za-z]{16})([0-9A-Za-z]{16})([\w-]{27})$/;
