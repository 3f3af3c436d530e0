import type { Datastore, Key } from '@google-cloud/datastore';
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { keyOf, UserKind, type Properties } from '../library/kinds.ts';
import type { UserId } from '../library/ids.ts';
import { expiryKey, shardOf } from '../library/sort-keys.ts';
import type { Account } from './account.ts';

export interface SessionDeps {
  datastore: Datastore;
  clock: Clock;
}

export const SESSION_KIND = { name: 'Session' };

/** How long a session lasts, in seconds: 14 days, however often it is used. */
export const SESSION_LIFETIME = 14 * 24 * 3600;

/** A session just begun: what the cookie holds, and when it ends, in milliseconds since the Unix epoch. */
export interface NewSession {
  value: string;
  expiresAt: number;
}

/** Begins a session. Of its secret (256 random bits) only the SHA-256 is stored. */
export async function startSession({ datastore, clock }: SessionDeps, user: UserId): Promise<NewSession> {
  const value = `${user}.${randomBytes(32).toString('base64url')}`;
  const expiresAt = clock.now() + SESSION_LIFETIME * 1000;
  const key = sessionKey(datastore, value);
  const data = { expiresAt: new Date(expiresAt), expiryKey: expiryKey(shardOf(user), expiresAt) };
  if (key) await datastore.insert({ key, data, excludeFromIndexes: ['expiresAt'] });
  return { value, expiresAt };
}

/** The account that a cookie's value signs in; undefined when the session has ended or never was. */
export async function readSession({ datastore, clock }: SessionDeps, value: string): Promise<Account | undefined> {
  const key = sessionKey(datastore, value);
  if (!key?.parent) return undefined;
  const [entities] = (await datastore.get([key, key.parent])) as [Properties[]];
  const find = (kind: string) => entities.find((entity) => (entity[datastore.KEY as never] as Key).kind === kind);
  const [session, user] = [find('Session'), find('User')];
  if (!session || !user || (session['expiresAt'] as Date).getTime() <= clock.now()) return undefined;
  return { user: key.parent.name as UserId, handle: UserKind.decode(user).handle };
}

/** Ends a session for every instance at once. That it has ended already is fine. */
export async function endSession({ datastore }: SessionDeps, value: string): Promise<void> {
  const key = sessionKey(datastore, value);
  if (key) await datastore.delete(key);
}

const VALUE = /^([0-9A-Za-z]{16})\.([\w-]{43})$/;

/** The hash in the key is what makes the comparison safe: a lookup tells nothing about how near a guess was. */
function sessionKey(datastore: Datastore, value: string): Key | undefined {
  const [, user, secret] = VALUE.exec(value) ?? [];
  if (!user || !secret) return undefined;
  const hash = createHash('sha256').update(secret).digest('hex');
  return keyOf(datastore, user as UserId, SESSION_KIND, hash);
}
