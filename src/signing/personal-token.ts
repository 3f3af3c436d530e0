import type { TokenId, UserId } from '../runtime/ids.ts';
import type { SigningKeys } from './keys.ts';
import { sign, verify } from './mac.ts';

/** Names one personal token of one user. */
export interface TokenName {
  user: UserId;
  token: TokenId;
}

/** Returns the text of a personal token: its name, and a MAC of it by the newest key. The MAC is its secret. */
export const writePersonalToken = (keys: SigningKeys, { user, token }: TokenName): string =>
  `${PREFIX}${user}${token}${sign(keys, PURPOSE, user + token).toString('base64url')}`;

/** Reads the text of a personal token. Returns undefined if it is damaged or forged. Whether it counts, is stored. */
export function readPersonalToken(keys: SigningKeys, text: string): TokenName | undefined {
  const [, user = '', token = '', secret = ''] = TOKEN.exec(text) ?? [];
  const signature = Buffer.from(secret, 'base64url');
  // The last character has two bits to spare, so that one token would have four spellings.
  if (signature.toString('base64url') !== secret || !verify(keys, PURPOSE, user + token, signature)) return undefined;
  return { user: user as UserId, token: token as TokenId };
}

/** Whether a bearer token is, by its beginning, a personal one. An ID token begins otherwise. */
export const isPersonalToken = (text: string | undefined): text is string => text?.startsWith(PREFIX) === true;

const PREFIX = 'pt_';

const PURPOSE = 'personal token';

/** User and token have 16 characters each, the signature has 20 bytes. */
const TOKEN = /^pt_([0-9A-Za-z]{16})([0-9A-Za-z]{16})([\w-]{27})$/;
