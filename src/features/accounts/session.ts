import type { Datastore, Key } from '@google-cloud/datastore';
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import { UserKind } from '../../data/model/entity-kinds.ts';
import { keyOfEntity, keyOf, type Properties } from '../../data/model/kind.ts';
import { isSuspended } from '../../data/rules/suspension.ts';
import type { UserId } from '../../runtime/ids.ts';
import { expiryKey, shardOf } from '../../data/model/sort-keys.ts';
import type { Account } from './account.ts';
import { ExpiringCache } from './expiring-cache.ts';

export interface SessionDeps {
  datastore: Datastore;
  clock: Clock;
  /** Time without a request after which a session ends. */
  sessionIdleMs: number;
  /** Sessions whose use this instance has stored within the last hour. Created by `sessionUses`. */
  sessionUses: ExpiringCache<void>;
}

const REMEMBERED_USES = 10_000;

/** Creates the memory of stored uses: of several requests at once only one stores the use. */
export const sessionUses = (deps: { clock: Clock }): ExpiringCache<void> => new ExpiringCache(deps, REMEMBERED_USES);

export const SESSION_KIND = { name: 'Session' };

/** A session ends after 14 days, however often it is used. */
export const SESSION_LIFETIME_SECONDS = 14 * 24 * 3600;

/** A use is stored at most once in this time. So a session may end by as much earlier than its last use says. */
const USE_GRAIN_MS = 3_600_000;

/** Time that a request waits for its use to be stored. */
const USE_TIMEOUT_MS = 2000;

/** A new session: the cookie's value and the latest end, in milliseconds since the Unix epoch. */
interface NewSession {
  value: string;
  expiresAt: number;
}

/** The user of a new session, and the client. */
interface SignedIn {
  user: UserId;
  /** When the person signed in at the issuer, in milliseconds since the Unix epoch. */
  signedInAt: number;
  /** The network of the browser, as in the log. */
  client: string;
  /** The family of the browser, such as `Firefox on Linux`. */
  browser: string;
}

/** A session that has not ended. Times are in milliseconds since the Unix epoch. */
export interface LiveSession {
  id: string;
  createdAt: number;
  /** The last use, or up to an hour earlier. Null for a session of an earlier version that has not been used since. */
  usedAt: number | null;
  /** When it ends if it is not used again. */
  endsAt: number;
  signedInAt: number;
  client: string | null;
  browser: string | null;
}

/** Why a session does not count, for the log. */
type SessionEnd = 'session-unknown' | 'session-expired' | 'session-idle' | 'account-suspended';

/** Creates a session. Only the SHA-256 of its secret (256 random bits) is stored. */
export async function startSession(
  deps: SessionDeps,
  { user, signedInAt, client, browser }: SignedIn,
): Promise<NewSession> {
  const { datastore, clock } = deps;
  const value = `${user}.${randomBytes(32).toString('base64url')}`;
  const expiresAt = clock.now() + SESSION_LIFETIME_SECONDS * 1000;
  const key = sessionKey(datastore, value);
  const stored = { expiresAt: new Date(expiresAt), signedInAt: new Date(signedInAt), client, browser };
  if (key) await datastore.insert({ key, ...used(deps, user, stored) });
  return { value, expiresAt };
}

/** Returns the account of a cookie's value and the time of its sign-in, or why the session has ended. One lookup. */
export async function readSession(
  deps: SessionDeps,
  value: string,
): Promise<{ account: Account; signedInAt: number } | { ended: SessionEnd }> {
  const { datastore, clock } = deps;
  const key = sessionKey(datastore, value);
  if (!key?.parent) return { ended: 'session-unknown' };
  const [entities] = (await datastore.get([key, key.parent])) as [Properties[]];
  const find = (kind: string) => entities.find((entity) => keyOfEntity(datastore, entity).kind === kind);
  const [session, user] = [find('Session'), find('User')];
  if (!session || !user) return { ended: 'session-unknown' };
  const { signedInAt, endsAt, usedAt } = decode(deps, key, session);
  if (expiryOf(session) <= clock.now()) return { ended: 'session-expired' };
  if (endsAt <= clock.now()) return { ended: 'session-idle' };
  const owner = UserKind.decode(user, key.parent);
  if (isSuspended(owner)) return { ended: 'account-suspended' };
  if (clock.now() - (usedAt ?? 0) >= USE_GRAIN_MS) await noteUse(deps, key, session);
  return { account: { user: key.parent.name as UserId, handle: owner.handle }, signedInAt };
}

/** Lists the sessions of a user that have not ended, the last used one first. */
export async function listSessions(deps: SessionDeps, user: UserId): Promise<LiveSession[]> {
  const { datastore, clock } = deps;
  const query = datastore.createQuery(SESSION_KIND.name).hasAncestor(keyOf(datastore, user, UserKind));
  const [entities] = (await datastore.runQuery(query)) as [Properties[], unknown];
  const sessions = entities.map((entity) => decode(deps, keyOfEntity(datastore, entity), entity));
  return sessions
    .filter(({ endsAt }) => endsAt > clock.now())
    .sort((a, b) => (b.usedAt ?? b.createdAt) - (a.usedAt ?? a.createdAt) || b.createdAt - a.createdAt);
}

/** Ends the session of a cookie's value, on all instances at once. May be repeated. */
export async function endSession({ datastore }: SessionDeps, value: string): Promise<void> {
  const key = sessionKey(datastore, value);
  if (key) await datastore.delete(key);
}

/** Ends one session of a user by its id. Returns false if there is none. */
export async function endSessionById({ datastore }: SessionDeps, user: UserId, id: string): Promise<boolean> {
  if (!ID.test(id)) return false;
  const key = keyOf(datastore, user, SESSION_KIND, id);
  const [found] = (await datastore.get(key)) as [Properties | undefined];
  if (found) await datastore.delete(key);
  return found !== undefined;
}

/** Keys per commit. Datastore accepts 500. */
const KEYS_PER_COMMIT = 400;

/** Ends all sessions of a user, on all instances at once. Returns their number. */
export async function endAllSessions({ datastore }: SessionDeps, user: UserId): Promise<number> {
  const query = datastore
    .createQuery(SESSION_KIND.name)
    .hasAncestor(keyOf(datastore, user, UserKind))
    .select('__key__')
    .limit(KEYS_PER_COMMIT);
  for (let ended = 0; ;) {
    const [entities] = (await datastore.runQuery(query)) as [Properties[], unknown];
    if (entities.length > 0) await datastore.delete(entities.map((entity) => keyOfEntity(datastore, entity)));
    ended += entities.length;
    if (entities.length < KEYS_PER_COMMIT) return ended;
  }
}

const VALUE = /^([0-9A-Za-z]{16})\.([\w-]{43})$/;
const ID = /^[\da-f]{64}$/;

/** Returns the id of a session by its cookie's value: the hash of its secret. */
export function sessionId(value: string): string | undefined {
  const [, , secret] = VALUE.exec(value) ?? [];
  return secret && createHash('sha256').update(secret).digest('hex');
}

/** The key holds the hash, so that the time of a lookup reveals nothing about how close a guess was. */
function sessionKey(datastore: Datastore, value: string): Key | undefined {
  const [, user] = VALUE.exec(value) ?? [];
  const id = sessionId(value);
  return user === undefined || id === undefined ? undefined : keyOf(datastore, user as UserId, SESSION_KIND, id);
}

/** Stores that a session is used. An update, not a save: a session that was just ended stays ended. */
function noteUse(deps: SessionDeps, key: Key, session: Properties): Promise<void> {
  const { datastore, clock, sessionUses } = deps;
  return sessionUses.get(String(key.name), async () => {
    const entity = { key, method: 'update', ...used(deps, key.parent?.name as UserId, session) };
    // A request that only reads must not fail if this write is lost or the session has ended.
    await datastore.save(entity, { timeout: USE_TIMEOUT_MS, retry: null }).catch(() => undefined);
    return { value: undefined, until: clock.now() + USE_GRAIN_MS };
  });
}

/** The stored properties of a session that is used now. The sweep finds it by `expiryKey`. */
function used({ clock, sessionIdleMs }: SessionDeps, user: UserId, session: Properties) {
  const usedAt = clock.now();
  const end = Math.min(expiryOf(session), usedAt + sessionIdleMs);
  const data = { ...session, usedAt: new Date(usedAt), expiryKey: expiryKey(shardOf(user), end) };
  return { data, excludeFromIndexes: Object.keys(data).filter((name) => name !== 'expiryKey') };
}

const expiryOf = (session: Properties) => (session['expiresAt'] as Date).getTime();

/** Sessions of earlier versions hold only their end. Their sign-in was at their start. */
function decode({ sessionIdleMs }: SessionDeps, { name }: Key, session: Properties): LiveSession {
  const expiresAt = expiryOf(session);
  const createdAt = expiresAt - SESSION_LIFETIME_SECONDS * 1000;
  const timeIn = (property: string) => (session[property] as Date | undefined)?.getTime();
  const usedAt = timeIn('usedAt') ?? null;
  return {
    id: String(name),
    createdAt,
    usedAt,
    endsAt: usedAt === null ? expiresAt : Math.min(expiresAt, usedAt + sessionIdleMs),
    signedInAt: timeIn('signedInAt') ?? createdAt,
    client: (session['client'] as string | undefined) ?? null,
    browser: (session['browser'] as string | undefined) ?? null,
  };
}
