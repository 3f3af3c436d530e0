import type { Datastore, Key, Transaction } from '@google-cloud/datastore';
import type { Request } from 'express';
import { createHash } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { accountErased } from '../../data/rules/erasure.ts';
import { newUserId, type UserId } from '../../runtime/ids.ts';
import { keyOf, toEntity, UserKind, type Properties } from '../../data/model/entity-kinds.ts';
import { emptyUser, type User } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { retryTransaction } from './retry-transaction.ts';
import { forgetErasure, wasErased } from './erased-identities.ts';
import { ExpiringCache } from './expiring-cache.ts';
import { generatedHandle, Handle } from './handle.ts';
import { admit, type RegistrationDeps } from './registration.ts';
import type { SecurityLog } from './security-log.ts';
import type { Identity } from './verify-token.ts';

/** A user as the rest of the service knows him. */
export interface Account {
  user: UserId;
  handle: Handle;
}

/** What an instance remembers of accounts; make one with `accountMemory` and share it. */
export interface AccountMemory {
  byIdentity: ExpiringCache<Account>;
  byHandle: ExpiringCache<Account | undefined>;
  /** Handles without an account that strangers have asked for. */
  untaken: ExpiringCache<undefined>;
}

export interface AccountDeps extends RegistrationDeps {
  datastore: Datastore;
  library: Library;
  store: Store;
  clock: Clock;
  accountMemory: AccountMemory;
  signingKeys: SigningKeys;
  /**
   * Counts an account before it is created for a request; the function that it returns takes that back.
   * @throws AppError rate-limited
   */
  countNewAccount?: ((request: Request) => (() => void) | undefined) | undefined;
  securityLog: SecurityLog;
}

/** For how many milliseconds an account that was erased or renamed may still look as before on another instance. */
const MEMORY = 60_000;

const REMEMBERED_ACCOUNTS = 10_000;

export const accountMemory = (deps: { clock: Clock }): AccountMemory => ({
  byIdentity: new ExpiringCache(deps, REMEMBERED_ACCOUNTS),
  byHandle: new ExpiringCache(deps, REMEMBERED_ACCOUNTS),
  untaken: new ExpiringCache(deps, REMEMBERED_ACCOUNTS),
});

/**
 * The account of an identity. The first call creates it, with the wished name as its handle if that is free and
 * possible, else with a generated one; of several first calls at once all get the same account.
 * @throws AppError `account-erased` for 30 days after an erasure: a phone that goes on asking makes no new account;
 *   `registration-closed` when there is no account, and this identity may begin none;
 *   `rate-limited` when too many new accounts came from the address of `request`
 */
export function findOrCreateAccount(deps: AccountDeps, identity: Identity, request?: Request): Promise<Account> {
  const { datastore, clock, accountMemory } = deps;
  const root = identityKey(datastore, identity);
  return accountMemory.byIdentity.get(String(root.name), async () => {
    let known = await readAccount(datastore, datastore, root);
    if (!known && (await wasErased(deps, String(root.name)))) throw accountErased();
    known ??= await openAccount(deps, root, identity, request);
    await keepEmail(deps, known, identity);
    return { value: { user: known.user, handle: known.handle }, until: clock.now() + MEMORY };
  });
}

/**
 * The account of an identity that signs in. This begins a new account also for one whose account was erased.
 * @throws AppError `registration-closed`, `rate-limited`
 */
export async function signInAccount(deps: AccountDeps, identity: Identity, request?: Request): Promise<Account> {
  const { datastore, accountMemory } = deps;
  const root = identityKey(datastore, identity);
  const known = (await readAccount(datastore, datastore, root)) ?? (await openAccount(deps, root, identity, request));
  // This instance may still remember the account before.
  accountMemory.byIdentity.forget(String(root.name));
  await keepEmail(deps, known, identity);
  return { user: known.user, handle: known.handle };
}

/** The account that has this handle, if there is one. Any text may be asked for. */
export function findUserByHandle(deps: AccountDeps, handle: string): Promise<Account | undefined> {
  const { store, clock, accountMemory } = deps;
  if (!Handle.safeParse(handle).success) return Promise.resolve(undefined);
  return accountMemory.byHandle.get(handle, async () => {
    const user = await store.userOfHandle(handle);
    // That a handle is free is not remembered: its account may be there in the next moment.
    return user ? { value: { user, handle }, until: clock.now() + MEMORY } : { value: undefined, until: 0 };
  });
}

/** The id of no user. */
const NO_USER = '0000000000000000' as UserId;

/**
 * `findUserByHandle` for strangers, who must not learn by the time of an answer whether there is a private timeline. There
 * the handle is looked up, which is remembered for a minute, and then its user. A handle without an account costs the
 * same: two lookups at first, then one for a minute.
 */
export async function findForStranger(deps: AccountDeps, handle: string): Promise<Account | undefined> {
  const { store, clock, accountMemory } = deps;
  const found = await findUserByHandle(deps, handle);
  if (found || !Handle.safeParse(handle).success) return found;
  return accountMemory.untaken.get(handle, async () => {
    await store.user(NO_USER);
    return { value: undefined, until: clock.now() + MEMORY };
  });
}

/** An account with the address that is known of it. */
type Found = Account & Pick<User, 'email'>;

/** The issuer's latest word on the address counts, if it has verified one. */
async function keepEmail({ library }: AccountDeps, { user, email: known }: Found, { email }: Identity): Promise<void> {
  if (email !== undefined && email !== known) await library.commit(user, (change) => change.account.keepEmail(email));
}

/** Creates an account, counted for the address of its request. */
async function openAccount(deps: AccountDeps, root: Key, identity: Identity, request?: Request): Promise<Found> {
  const takeBack = request && deps.countNewAccount?.(request);
  try {
    return await retryTransaction(() => createAccount(deps, root, identity));
  } catch (error) {
    takeBack?.();
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
  // Not inserted but saved: the identity may still point to an account that was erased. Its user is indexed, so that
  // an erasure finds it.
  tx.save({ key: root, data: { user } });
  tx.insert({ key: handleKey(datastore, handle), data: { user }, excludeFromIndexes: ['user'] });
  tx.insert(
    toEntity(keyOf(datastore, user, UserKind), UserKind, { ...emptyUser(handle, clock.now()), identity: hash }),
  );
  forgetErasure(deps, tx, hash);
  // One invitation is one account, however many identities carry its address.
  if (invitations.length > 0) tx.delete(invitations);
  return { user, handle, email: null };
}

async function freeHandle(datastore: Datastore, tx: Transaction, wish: string | undefined): Promise<Handle> {
  const { data: handle } = Handle.safeParse(wish?.toLowerCase());
  if (handle === undefined || (await readRoot(tx, handleKey(datastore, handle)))) return generatedHandle();
  return handle;
}

/** Undefined also when the user behind the identity is gone. */
async function readAccount(datastore: Datastore, reader: Reader, root: Key): Promise<Found | undefined> {
  const user = await readRoot(reader, root);
  if (user === undefined) return undefined;
  const [entity] = (await reader.get(keyOf(datastore, user, UserKind))) as [Properties | undefined];
  if (!entity) return undefined;
  const { handle, email } = UserKind.decode(entity);
  return { user, handle, email };
}

/** The user that an identity or a handle points to. */
export async function readRoot(reader: Reader, key: Key): Promise<UserId | undefined> {
  const [root] = (await reader.get(key)) as [{ user: UserId } | undefined];
  return root?.user;
}

type Reader = Datastore | Transaction;

/** Issuers and subjects may hold anything in any length, so the key is a hash of the two, told apart. */
function identityKey(datastore: Datastore, { issuer, subject }: Identity): Key {
  const hash = createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('hex');
  return datastore.key(['Identity', hash]);
}

export const handleKey = (datastore: Datastore, handle: Handle) => datastore.key(['Handle', handle]);
