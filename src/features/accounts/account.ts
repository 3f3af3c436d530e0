import type { Datastore, Key, Transaction } from '@google-cloud/datastore';
import type { Request } from 'express';
import { createHash } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { accountErased } from '../../data/rules/erasure.ts';
import { accountSuspended, isSuspended } from '../../data/rules/suspension.ts';
import { newUserId, type UserId } from '../../runtime/ids.ts';
import { UserKind } from '../../data/model/entity-kinds.ts';
import { keyOf, toEntity, type Properties } from '../../data/model/kind.ts';
import { emptyUser, type User } from '../../data/model/records.ts';
import { PLACES_VERSION } from '../../data/model/photo-place.ts';
import { TILE_VERSION } from '../../data/model/tile.ts';
import { WORDS_VERSION } from '../../data/model/words-of-photo.ts';
import type { Store } from '../../data/read/store.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { retryTransaction } from './retry-transaction.ts';
import { forgetErasure, wasErased } from './erased-identities.ts';
import { ExpiringCache } from './expiring-cache.ts';
import { generatedHandle, Handle } from './handle.ts';
import { admit, type RegistrationDeps } from './registration.ts';
import type { SecurityLog } from './security-log.ts';
import type { Identity } from './verify-token.ts';

/** A user as the rest of the service knows it. */
export interface Account {
  user: UserId;
  handle: Handle;
}

/** The accounts that an instance keeps in memory. Created by `accountMemory`, once per instance. */
interface AccountMemory {
  byIdentity: ExpiringCache<Account>;
  byHandle: ExpiringCache<Account | undefined>;
  /** Handles without an account that strangers have asked for. */
  unused: ExpiringCache<undefined>;
}

export interface AccountDeps extends RegistrationDeps {
  datastore: Datastore;
  library: Library;
  store: Store;
  clock: Clock;
  accountMemory: AccountMemory;
  signingKeys: SigningKeys;
  /**
   * Counts an account before it is created for a request. The function that it returns undoes that.
   * @throws AppError rate-limited
   */
  countNewAccount?: ((request: Request) => (() => void) | undefined) | undefined;
  securityLog: SecurityLog;
}

/** Time during which another instance may still show an erased or renamed account as it was. */
const MEMORY_MS = 60_000;

const REMEMBERED_ACCOUNTS = 10_000;

export const accountMemory = (deps: { clock: Clock }): AccountMemory => ({
  byIdentity: new ExpiringCache(deps, REMEMBERED_ACCOUNTS),
  byHandle: new ExpiringCache(deps, REMEMBERED_ACCOUNTS),
  unused: new ExpiringCache(deps, REMEMBERED_ACCOUNTS),
});

/**
 * Returns the account of an identity. The first call creates it. Its handle is the name in the token if that is free
 * and valid, else a generated one. Several first calls at once get the same account.
 * @throws AppError account-erased for 30 days after an erasure, so that a phone that keeps asking creates no new
 *   account; account-suspended; registration-closed if there is no account and this identity may not create one; rate-limited if too many
 *   new accounts came from the address of `request`
 */
export function findOrCreateAccount(deps: AccountDeps, identity: Identity, request?: Request): Promise<Account> {
  const { datastore, clock, accountMemory } = deps;
  const root = identityKey(datastore, identity);
  return accountMemory.byIdentity.get(String(root.name), async () => {
    let known = await readAccount(datastore, datastore, root);
    if (!known && (await wasErased(deps, String(root.name)))) throw accountErased();
    known ??= await openAccount(deps, root, identity, request);
    if (isSuspended(known)) throw accountSuspended();
    await keepEmail(deps, known, identity);
    return { value: { user: known.user, handle: known.handle }, until: clock.now() + MEMORY_MS };
  });
}

/**
 * Returns the account of an identity that signs in. After an erasure this creates a new account.
 * @throws AppError registration-closed, rate-limited
 */
export async function signInAccount(deps: AccountDeps, identity: Identity, request?: Request): Promise<Account> {
  const { datastore, accountMemory } = deps;
  const root = identityKey(datastore, identity);
  const known = (await readAccount(datastore, datastore, root)) ?? (await openAccount(deps, root, identity, request));
  // This instance may still have the erased account in memory.
  accountMemory.byIdentity.forget(String(root.name));
  await keepEmail(deps, known, identity);
  return { user: known.user, handle: known.handle };
}

/** Returns the account that has this handle, if there is one. Accepts any text. */
export function findUserByHandle(deps: AccountDeps, handle: string): Promise<Account | undefined> {
  const { store, clock, accountMemory } = deps;
  if (!Handle.safeParse(handle).success) return Promise.resolve(undefined);
  return accountMemory.byHandle.get(handle, async () => {
    const user = await store.userOfHandle(handle);
    // A free handle is not kept: its account may be created at any time.
    return user ? { value: { user, handle }, until: clock.now() + MEMORY_MS } : { value: undefined, until: 0 };
  });
}

/** An id that no user has. */
const NO_USER = '0000000000000000' as UserId;

/**
 * Does what `findUserByHandle` does, for strangers. The time of a reply must not tell them whether a private timeline
 * exists. An account costs two lookups: its handle, which is kept for a minute, and its user. A handle without an
 * account costs the same two lookups at first, and one for the next minute.
 */
export async function findForStranger(deps: AccountDeps, handle: string): Promise<Account | undefined> {
  const { store, clock, accountMemory } = deps;
  const found = await findUserByHandle(deps, handle);
  if (found || !Handle.safeParse(handle).success) return found;
  return accountMemory.unused.get(handle, async () => {
    await store.user(NO_USER);
    return { value: undefined, until: clock.now() + MEMORY_MS };
  });
}

/** An account with what a sign-in needs of it. */
type Found = Account & Pick<User, 'email' | 'suspendedAt'>;

/** Stores the address that the issuer has verified, if it is a new one. */
async function keepEmail({ library }: AccountDeps, { user, email: known }: Found, { email }: Identity): Promise<void> {
  if (email !== undefined && email !== known) await library.commit(user, (change) => change.account.keepEmail(email));
}

/** Creates an account, and counts it for the address of its request. */
async function openAccount(deps: AccountDeps, root: Key, identity: Identity, request?: Request): Promise<Found> {
  const undoCount = request && deps.countNewAccount?.(request);
  try {
    return await retryTransaction(() => createAccount(deps, root, identity));
  } catch (error) {
    undoCount?.();
    throw error;
  }
}

async function createAccount(deps: AccountDeps, root: Key, identity: Identity): Promise<Found> {
  const tx = deps.datastore.transaction();
  try {
    const known = await readAccount(deps.datastore, tx, root);
    const account = known ?? (await stageAccount(deps, tx, root, identity));
    await (known ? tx.rollback() : tx.commit());
    if (!known) deps.securityLog('account-created', account.user);
    return account;
  } catch (error) {
    await tx.rollback().catch(() => undefined);
    throw error;
  }
}

async function stageAccount(deps: AccountDeps, tx: Transaction, root: Key, identity: Identity): Promise<Found> {
  const { datastore, clock } = deps;
  const invitations = await admit(deps, tx, identity);
  const user = newUserId();
  const handle = await freeHandle(datastore, tx, identity.name);
  const hash = String(root.name);
  // Saved, not inserted: the identity may still point to an erased account. The property `user` is indexed, so that an
  // erasure finds the identity.
  tx.save({ key: root, data: { user } });
  tx.insert({ key: handleKey(datastore, handle), data: { user }, excludeFromIndexes: ['user'] });
  tx.insert(
    toEntity(keyOf(datastore, user, UserKind), UserKind, {
      ...emptyUser(handle, clock.now()),
      identity: hash,
      tiles: TILE_VERSION,
      words: WORDS_VERSION,
      places: PLACES_VERSION,
    }),
  );
  forgetErasure(deps, tx, hash);
  // One invitation is good for one account, although several identities may have its address.
  if (invitations.length > 0) tx.delete(invitations);
  return { user, handle, email: null };
}

async function freeHandle(datastore: Datastore, tx: Transaction, wanted: string | undefined): Promise<Handle> {
  const { data: handle } = Handle.safeParse(wanted?.toLowerCase());
  if (handle === undefined || (await readRoot(tx, handleKey(datastore, handle)))) return generatedHandle();
  return handle;
}

/** Returns undefined also if the user of the identity has been erased. */
export async function readAccount(datastore: Datastore, reader: Reader, root: Key): Promise<Found | undefined> {
  const user = await readRoot(reader, root);
  if (user === undefined) return undefined;
  const key = keyOf(datastore, user, UserKind);
  const [entity] = (await reader.get(key)) as [Properties | undefined];
  if (!entity) return undefined;
  const { handle, email, suspendedAt } = UserKind.decode(entity, key);
  return { user, handle, email, suspendedAt };
}

/** Returns the user that an identity or a handle points to. */
export async function readRoot(reader: Reader, key: Key): Promise<UserId | undefined> {
  const [root] = (await reader.get(key)) as [{ user: UserId } | undefined];
  return root?.user;
}

type Reader = Datastore | Transaction;

/** Issuers and subjects may be any text of any length, so the key is a hash of both. */
export function identityKey(datastore: Datastore, { issuer, subject }: Identity): Key {
  const hash = createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('hex');
  return datastore.key(['Identity', hash]);
}

export const handleKey = (datastore: Datastore, handle: Handle) => datastore.key(['Handle', handle]);
