import { PropertyFilter, type Datastore, type Key, type Transaction } from '@google-cloud/datastore';
import type { Clock } from '../../runtime/clock.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Properties } from '../../data/model/entity-kinds.ts';
import { endIn, expiryKey } from '../../data/model/sort-keys.ts';
import type { Store } from '../../data/read/store.ts';
import { sign } from '../../signing/mac.ts';
import type { SigningKeys } from '../../signing/keys.ts';

/** What says for a while that the account of an identity was erased. */
export const ERASED_IDENTITY_KIND = { name: 'ErasedIdentity' };

/** For how long a token of an identity makes no new account after the erasure of the old one, in milliseconds. */
const ERASURE_MEMORY = 30 * 24 * 3_600_000;

export interface ErasedIdentityDeps {
  datastore: Datastore;
  clock: Clock;
  signingKeys: SigningKeys;
}

/** Identities are named by the hash that is the key of their `Identity` entity. */
type IdentityHash = string;

/**
 * Notes that the account of a user is being erased. Only a MAC of the identity by our signing key is kept, and when it
 * expires: without the key it cannot be compared with any issuer and subject. Comes before the erasure, so that no
 * request finds neither account nor note; while the account is there no request reads the note.
 */
export async function noteErasure(
  deps: ErasedIdentityDeps & { store: Pick<Store, 'user'> },
  id: UserId,
): Promise<void> {
  const { datastore, clock, signingKeys, store } = deps;
  const user = await store.user(id);
  if (!user) return;
  // Accounts of earlier versions do not name their identity. They are old enough for a query to find it.
  const hashes = user.identity
    ? [user.identity]
    : (await identityKeysOf(datastore, id)).map(({ name }) => String(name));
  const end = clock.now() + ERASURE_MEMORY;
  const notes = hashes.map((hash) => {
    const [key] = notesOf(datastore, signingKeys, hash);
    return { key, data: { expiryKey: expiryKey(shardIn(key), end) } };
  });
  await datastore.save(notes);
}

/** Whether the account of an identity was erased in the last 30 days. Costs one lookup. */
export async function wasErased(
  { datastore, clock, signingKeys }: ErasedIdentityDeps,
  identity: IdentityHash,
): Promise<boolean> {
  const [notes] = (await datastore.get(notesOf(datastore, signingKeys, identity))) as [{ expiryKey: string }[]];
  return notes.some((note) => endIn(note.expiryKey) > clock.now());
}

/** Forgets the note, in the transaction that makes a new account. */
export function forgetErasure(
  { datastore, signingKeys }: ErasedIdentityDeps,
  tx: Transaction,
  identity: IdentityHash,
): void {
  tx.delete(notesOf(datastore, signingKeys, identity));
}

/** The keys of the identities that lead to a user. A global query: it may miss what was written a moment ago. */
export async function identityKeysOf(datastore: Datastore, user: UserId): Promise<Key[]> {
  const query = datastore
    .createQuery('Identity')
    .filter(new PropertyFilter('user', '=', user))
    .select('__key__');
  const [identities] = (await datastore.runQuery(query)) as [Properties[], unknown];
  return identities.map((entity) => entity[datastore.KEY as never] as Key);
}

/** Where the note of an identity may be: by the newest signing key, or by one that was the newest when it was made. */
const notesOf = (datastore: Datastore, [newest, ...older]: SigningKeys, identity: IdentityHash): [Key, ...Key[]] => {
  const noteBy = (key: SigningKeys[number]) =>
    datastore.key([ERASED_IDENTITY_KIND.name, sign([key], 'erased identity', identity).toString('hex')]);
  return [noteBy(newest), ...older.map(noteBy)];
};

/** The last hex digit of the MAC. */
const shardIn = ({ name }: Key) => String(name).slice(-1);
