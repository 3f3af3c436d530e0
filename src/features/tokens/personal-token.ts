import { packedKind } from '../../data/model/kind.ts';
import type { EntityRef } from '../../data/model/entity-refs.ts';
import type { Scope } from '../../http/scopes.ts';
import type { TokenId } from '../../runtime/ids.ts';

/** A personal token as it is stored. Times are in milliseconds since the Unix epoch. */
export interface PersonalToken {
  name: string;
  scopes: Scope[];
  /** The SHA-256 of its text, in hex. */
  hash: string;
  createdAt: number;
  expiresAt: number;
  /** The last use that was recorded. */
  usedAt: number | null;
}

export const TokenKind = packedKind<PersonalToken>('PersonalToken', {
  version: 1,
  fields: {
    name: 'string',
    scopes: 'array',
    hash: 'string',
    createdAt: 'number',
    expiresAt: 'number',
    usedAt: 'number|null',
  },
});

export const tokenRef = (id: TokenId): EntityRef<PersonalToken> => ({ kind: TokenKind, name: id });

/** The tokens that a user has, so that a transaction can count them. */
interface TokenList {
  tokens: { id: TokenId; expiresAt: number }[];
}

const TokenListKind = packedKind<TokenList>('PersonalTokenList', { version: 1, fields: { tokens: 'array' } });

export const tokenListRef: EntityRef<TokenList> = { kind: TokenListKind, name: 'all' };
