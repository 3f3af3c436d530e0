import { PropertyFilter, type Datastore, type Key, type Transaction } from '@google-cloud/datastore';
import type { Clock } from '../../runtime/clock.ts';
import type { UserId } from '../../runtime/ids.ts';
import { keyOfEntity, type Properties } from '../../data/model/kind.ts';
import { endIn, expiryKey } from '../../data/model/sort-keys.ts';
import type { Store } from '../../data/read/store.ts';
import { sign } from '../../signing/mac.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { listLinkedIdentities } from './linked-identities.ts';

/** Notes that say for a while that the account of an identity was erased. */
export const ERASED_IDENTITY_KIND = { name: 'ErasedIdentity' };

/** Time after an erasure during which a token of the identity creates no new account. */
const ERASURE_MEMORY_MS = 30 * 24 * 3_600_000;

interface ErasedIdentityDeps {
  datastore: Datastore;
  clock: Clock;
  signingKeys: SigningKeys;
}

/** The key name of an `Identity` entity. */
type IdentityHash = string;

/**
 * Notes that the account of a user is being erased. The note holds only a MAC of the identity and its expiry: without
 * the signing key it cannot be compared with any issuer and subject. It is written before the erasure, so that no
 * request finds neither account nor note. While the account exists no request reads the note.
 */
export async function noteErasure(
  deps: ErasedIdentityDeps & { store: Pick<Store, 'user'> },
  id: UserId,
): Promise<void> {
  const { datastore, clock, signingKeys, store } = deps;
  const user = await store.user(id);
  if (!user) return;
  const linked = (await listLinkedIdentities(deps, id)).map((identity) => identity.id);
  // Accounts of earlier versions do not hold their identity. They are old enough for a query to find it.
  const hashes = user.identity
    ? [user.identity, ...linked]
    : (await identityKeysOf(datastore, id)).map(({ name }) => String(name));
  const end = clock.now() + ERASURE_MEMORY_MS;
  const notes = hashes.map((hash) => {
    const [key] = notesOf(datastore, signingKeys, hash);
    return { key, data: { expiryKey: expiryKey(shardIn(key), end) } };
  });
  await datastore.save(notes);
}

/** Returns whether the account of an identity was erased in the last 30 days. Costs one lookup. */
export async function wasErased(
  { datastore, clock, signingKeys }: ErasedIdentityDeps,
  identity: IdentityHash,
): Promise<boolean> {
  const [notes] = (await datastore.get(notesOf(datastore, signingKeys, identity))) as [{ expiryKey: string }[]];
  return notes.some((note) => endIn(note.expiryKey) > clock.now());
}

/** Deletes the note, in the transaction that creates a new account. */
export function forgetErasure(
  { datastore, signingKeys }: ErasedIdentityDeps,
  tx: Transaction,
  identity: IdentityHash,
): void {
  tx.delete(notesOf(datastore, signingKeys, identity));
}

/** Finds the identities that lead to a user. A global query: it may miss an identity that was just written. */
export async function identityKeysOf(datastore: Datastore, user: UserId): Promise<Key[]> {
  const query = datastore
    .createQuery('Identity')
    .filter(new PropertyFilter('user', '=', user))
    .select('__key__');
  const [identities] = (await datastore.runQuery(query)) as [Properties[], unknown];
  return identities.map((entity) => keyOfEntity(datastore, entity));
}

/** The note of an identity may be signed by the newest key, or by a key that was the newest when it was written. */
const notesOf = (datastore: Datastore, [newest, ...older]: SigningKeys, identity: IdentityHash): [Key, ...Key[]] => {
  const noteBy = (key: SigningKeys[number]) =>
    datastore.key([ERASED_IDENTITY_KIND.name, sign([key], 'erased identity', identity).toString('hex')]);
  return [noteBy(newest), ...older.map(noteBy)];
};

/** The last hex digit of the MAC. */
const shardIn = ({ name }: Key) => String(name).slice(-1);
