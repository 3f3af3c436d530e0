import type { Datastore, Key, Transaction } from '@google-cloud/datastore';
import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Library } from '../library/commit.ts';
import { accountErased } from '../library/erasure.ts';
import { newUserId, type UserId } from '../library/ids.ts';
import { keyOf, toEntity, UserKind, type Properties } from '../library/kinds.ts';
import { emptyUser, type User } from '../library/shapes.ts';
import type { Store } from '../library/store.ts';
import type { SigningKeys } from '../signing/keys.ts';
import { beginAnew } from './begin-anew.ts';
import { forgetErasure, wasErased } from './erased-identities.ts';
import { ExpiringCache } from './expiring-cache.ts';
import { generatedHandle, Handle } from './handle.ts';
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

export interface AccountDeps {
  datastore: Datastore;
  library: Library;
  store: Store;
  clock: Clock;
  accountMemory: AccountMemory;
  signingKeys: SigningKeys;
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
 * @throws AppError `account-erased` for 30 days after an erasure: a phone that goes on asking makes no new account
 */
export function findOrCreateAccount(deps: AccountDeps, identity: Identity): Promise<Account> {
  const { datastore, clock, accountMemory } = deps;
  const root = identityKey(datastore, identity);
  return accountMemory.byIdentity.get(String(root.name), async () => {
    let known = await readAccount(datastore, datastore, root);
    if (!known && (await wasErased(deps, String(root.name)))) throw accountErased();
    known ??= await beginAnew(() => createAccount(deps, root, identity.name));
    await keepEmail(deps, known, identity);
    return { value: { user: known.user, handle: known.handle }, until: clock.now() + MEMORY };
  });
}

/** The account of an identity that signs in. This begins a new account also for one whose account was erased. */
export async function signInAccount(deps: AccountDeps, identity: Identity): Promise<Account> {
  const { datastore, accountMemory } = deps;
  const root = identityKey(datastore, identity);
  const known =
    (await readAccount(datastore, datastore, root)) ??
    (await beginAnew(() => createAccount(deps, root, identity.name)));
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
  if (email !== undefined && email !== known) await library.commit(user, (change) => change.keepEmail(email));
}

async function createAccount(deps: AccountDeps, root: Key, wish: string | undefined): Promise<Found> {
  const { datastore, clock } = deps;
  const tx = datastore.transaction();
  try {
    const known = await readAccount(datastore, tx, root);
    const account = known ?? { user: newUserId(), handle: await freeHandle(datastore, tx, wish), email: null };
    if (!known) stageAccount(deps, tx, { root, account, now: clock.now() });
    await (known ? tx.rollback() : tx.commit());
    return account;
  } catch (error) {
    await tx.rollback().catch(() => undefined);
    throw error;
  }
}

function stageAccount(deps: AccountDeps, tx: Transaction, made: { root: Key; account: Account; now: number }): void {
  const { datastore } = deps;
  const { user, handle } = made.account;
  const identity = String(made.root.name);
  // Not inserted but saved: the identity may still point to an account that was erased. Its user is indexed, so that
  // an erasure finds it.
  tx.save({ key: made.root, data: { user } });
  tx.insert({ key: handleKey(datastore, handle), data: { user }, excludeFromIndexes: ['user'] });
  tx.insert(toEntity(keyOf(datastore, user, UserKind), UserKind, { ...emptyUser(handle, made.now), identity }));
  forgetErasure(deps, tx, identity);
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
