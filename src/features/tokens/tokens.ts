import type { Datastore } from '@google-cloud/datastore';
import { hash } from 'node:crypto';
import type { SecurityLog } from '../accounts/security-log.ts';
import { commitOnce } from '../../data/commit/idempotency.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { UserKind } from '../../data/model/entity-kinds.ts';
import { keyOf, keyOfEntity, type Properties } from '../../data/model/kind.ts';
import type { Change } from '../../data/rules/change.ts';
import { SCOPES, type Scope } from '../../http/scopes.ts';
import type { Caller } from '../../http/route.ts';
import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import { isId, newTokenId, type TokenId, type UserId } from '../../runtime/ids.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { writePersonalToken, type TokenName } from '../../signing/personal-token.ts';
import { TokenKind, tokenListRef, tokenRef, type PersonalToken } from './personal-token.ts';
import { callerByToken } from './token-caller.ts';

interface TokensDeps {
  datastore: Datastore;
  clock: Clock;
  library: Library;
  signingKeys: SigningKeys;
  securityLog: SecurityLog;
}

/** Personal tokens of a user at once. Those that have expired do not count. */
export const MOST_TOKENS = 50;

/** The longest life of a token, which is also what it gets if its owner names no end. */
export const LONGEST_TOKEN_LIFE_MS = 366 * 24 * 3_600_000;

/** A token with its id. */
export interface OwnToken extends PersonalToken {
  id: TokenId;
}

/** A token with its text, which is shown to the request that has made it. */
export interface MadeToken extends OwnToken {
  text: string;
  /** Whether this is the reply of an earlier request with the same idempotency key. */
  replayed: boolean;
}

interface TokenRequest {
  name: string;
  scopes: readonly Scope[];
  /** Its end, in milliseconds since the Unix epoch. */
  expiresAt?: number | undefined;
  /** Its life, where no end is given. */
  lifeMs?: number;
  idempotencyKey?: string | undefined;
}

/** The use cases of personal tokens. */
export interface Tokens {
  /** See `callerByToken`. */
  callerOf(text: string): Promise<Caller>;
  /**
   * Makes a token.
   * @throws AppError invalid-request for an end that is not within the longest life; too-many-tokens;
   *   idempotency-mismatch; gone if the token of a repeated request was revoked
   */
  make(user: UserId, request: TokenRequest): Promise<MadeToken>;
  /** Lists the tokens of a user, the newest first. Those that have expired are among them until another is made. */
  list(user: UserId): Promise<OwnToken[]>;
  /**
   * Revokes a token: it is refused in the next request, on all instances.
   * @throws AppError not-found
   */
  revoke(user: UserId, id: string): Promise<void>;
}

/** Creates the use cases of personal tokens. */
export const createTokens = (deps: TokensDeps): Tokens => ({
  callerOf: callerByToken(deps),
  make: (user, request) => makeToken(deps, user, request),
  list: (user) => listTokens(deps, user),
  revoke: (user, id) => revokeToken(deps, user, id),
});

async function makeToken(deps: TokensDeps, user: UserId, request: TokenRequest): Promise<MadeToken> {
  const { library, signingKeys, securityLog, clock } = deps;
  const { name, expiresAt, lifeMs = LONGEST_TOKEN_LIFE_MS, idempotencyKey } = request;
  const scopes = SCOPES.filter((scope) => request.scopes.includes(scope));
  const ends = expiresAt === undefined ? clock.now() + lifeMs : checkedEnd(expiresAt, clock.now());
  const id = newTokenId();
  const hash = hashOf(writePersonalToken(signingKeys, { user, token: id }));
  const { result, replayed } = await commitOnce(library, user, {
    key: idempotencyKey,
    content: ['token', name, scopes, expiresAt ?? lifeMs],
    reads: [tokenListRef],
    async run(change): Promise<OwnToken> {
      const made = { name, scopes, hash, createdAt: change.now, expiresAt: ends, usedAt: null };
      await addToList(change, { id, expiresAt: ends });
      change.entities.write(tokenRef(id), made);
      await change.events.note('token-made');
      return { id, ...made };
    },
    recordOf: (made): { token: TokenId } => ({ token: made.id }),
    replay: async (change, { token }) => ({ id: token, ...(await requireToken(change, token)) }),
  });
  if (!replayed) securityLog('token-made', user, { token: id, scopes });
  return { ...result, text: textOf(signingKeys, { user, token: result.id }, result.hash), replayed };
}

/** Adds a token to those that count. The tokens that have expired are deleted. */
async function addToList({ entities, now }: Change, token: { id: TokenId; expiresAt: number }): Promise<void> {
  const known = (await entities.read(tokenListRef))?.tokens ?? [];
  const living = known.filter(({ expiresAt }) => expiresAt > now);
  if (living.length >= MOST_TOKENS) {
    const freeAt = Math.min(...living.map(({ expiresAt }) => expiresAt));
    throw tooManyTokens(Math.ceil((freeAt - now) / 1000));
  }
  for (const { id, expiresAt } of known) if (expiresAt <= now) entities.write(tokenRef(id), undefined);
  entities.write(tokenListRef, { tokens: [...living, token] });
}

/** After `seconds` the first of the tokens has expired. */
const tooManyTokens = (seconds: number) =>
  new AppError('too-many-tokens', `An account may have ${MOST_TOKENS} personal tokens. Revoke one first.`, {
    extra: { maxTokens: MOST_TOKENS },
    headers: { 'Retry-After': String(seconds) },
  });

async function requireToken({ entities }: Change, id: TokenId): Promise<PersonalToken> {
  const token = await entities.read(tokenRef(id));
  if (!token) throw new AppError('gone', 'The token of this Idempotency-Key was revoked. Use a new key.');
  return token;
}

/** The text of a token again. An earlier key may have made its secret. */
function textOf(signingKeys: SigningKeys, name: TokenName, hash: string): string {
  const text = signingKeys.map((key) => writePersonalToken([key], name)).find((text) => hashOf(text) === hash);
  if (text === undefined)
    throw new AppError('gone', 'The signing key of this token is no longer in use. Make another.');
  return text;
}

const hashOf = (text: string) => hash('sha256', text);

function checkedEnd(wanted: number, now: number): number {
  if (wanted > now && wanted <= now + LONGEST_TOKEN_LIFE_MS) return wanted;
  const message = 'must lie in the future, at most 366 days from now';
  throw new AppError('invalid-request', `/expiresAt: ${message}.`, {
    errors: [{ pointer: '/expiresAt', code: 'custom', message }],
  });
}

async function listTokens({ datastore }: TokensDeps, user: UserId): Promise<OwnToken[]> {
  const query = datastore.createQuery(TokenKind.name).hasAncestor(keyOf(datastore, user, UserKind));
  const [entities] = (await datastore.runQuery(query)) as [Properties[], unknown];
  const tokens = entities.map((entity): OwnToken => {
    const key = keyOfEntity(datastore, entity);
    return Object.assign(TokenKind.decode(entity, key), { id: String(key.name) as TokenId });
  });
  return tokens.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
}

async function revokeToken({ library, securityLog }: TokensDeps, user: UserId, id: string): Promise<void> {
  const token = id as TokenId;
  if (!isId(id)) throw noSuchToken();
  await library.commit(
    user,
    async ({ entities, events }) => {
      if (!(await entities.read(tokenRef(token)))) throw noSuchToken();
      const known = (await entities.read(tokenListRef))?.tokens ?? [];
      entities.write(tokenRef(token), undefined);
      entities.write(tokenListRef, { tokens: known.filter((each) => each.id !== token) });
      await events.note('token-revoked');
    },
    [tokenRef(token), tokenListRef],
  );
  securityLog('token-revoked', user, { token });
}

const noSuchToken = () => new AppError('not-found', 'Your account has no such token.');
