import type { Datastore, Key } from '@google-cloud/datastore';
import { createHash, timingSafeEqual } from 'node:crypto';
import { ExpiringCache } from '../accounts/expiring-cache.ts';
import { UserKind } from '../../data/model/entity-kinds.ts';
import { keyOf, keyOfEntity, toEntity, type Properties } from '../../data/model/kind.ts';
import { accountErased } from '../../data/rules/erasure.ts';
import { accountSuspended, isSuspended } from '../../data/rules/suspension.ts';
import type { Caller } from '../../http/route.ts';
import type { Clock } from '../../runtime/clock.ts';
import { InvalidToken } from '../../runtime/errors.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { readPersonalToken } from '../../signing/personal-token.ts';
import { TokenKind, type PersonalToken } from './personal-token.ts';

interface TokenCallerDeps {
  datastore: Datastore;
  clock: Clock;
  signingKeys: SigningKeys;
}

/** A use is recorded at most once in this time by each instance. */
const USE_GRAIN_MS = 24 * 3_600_000;

/** Time that a request waits until its use is recorded. */
const USE_TIMEOUT_MS = 2000;

const REMEMBERED_USES = 10_000;

/**
 * Makes the function that finds the caller of a personal token. A damaged or forged one costs no lookup. All others cost
 * one lookup of two keys. No instance remembers a token, so that a revoked one is refused in the next request.
 * @returns a function that throws AppError unauthenticated, account-erased, account-suspended
 */
export function callerByToken(deps: TokenCallerDeps): (text: string) => Promise<Caller> {
  const { datastore, clock, signingKeys } = deps;
  const uses = new ExpiringCache<void>(deps, REMEMBERED_USES);
  return async (text) => {
    const name = readPersonalToken(signingKeys, text);
    if (!name) throw refused('It is damaged. Copy it again.', 'token-malformed');
    const root = keyOf(datastore, name.user, UserKind);
    const key = keyOf(datastore, name.user, TokenKind, name.token);
    const [entities] = (await datastore.get([key, root])) as [Properties[]];
    const find = ({ kind }: Key) => entities.find((entity) => keyOfEntity(datastore, entity).kind === kind);
    const [user, stored] = [find(root), find(key)];
    if (!user) throw accountErased();
    const token = stored && TokenKind.decode(stored, key);
    if (!token || !hasHash(token, text)) throw refused('It was revoked.', 'token-revoked');
    if (token.expiresAt <= clock.now()) throw refused('It has expired. Make another.', 'token-expired');
    const owner = UserKind.decode(user, root);
    if (isSuspended(owner)) throw accountSuspended();
    if (clock.now() - (token.usedAt ?? 0) >= USE_GRAIN_MS) await noteUse(deps, uses, key, token);
    const { scopes, expiresAt } = token;
    const { handle } = owner;
    return { user: name.user, handle, token: { id: name.token, scopes, expiresAt } };
  };
}

const hasHash = ({ hash }: PersonalToken, text: string) =>
  timingSafeEqual(Buffer.from(hash, 'hex'), createHash('sha256').update(text).digest());

/** Records a use. An update, not a save: a token that was just revoked stays revoked. */
function noteUse(
  { datastore, clock }: TokenCallerDeps,
  uses: ExpiringCache<void>,
  key: Key,
  token: PersonalToken,
): Promise<void> {
  return uses.get(String(key.name), async () => {
    const entity = { ...toEntity(key, TokenKind, { ...token, usedAt: clock.now() }), method: 'update' };
    // A request that only reads must not fail if this write is lost or the token has been revoked.
    await datastore.save(entity, { timeout: USE_TIMEOUT_MS, retry: null }).catch(() => undefined);
    return { value: undefined, until: clock.now() + USE_GRAIN_MS };
  });
}

/** RFC 6750, section 3.1. */
const refused = (detail: string, reason: string) =>
  new InvalidToken('unauthenticated', `The personal token is not valid. ${detail}`, {
    reason,
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  });
