import type { Datastore } from '@google-cloud/datastore';
import { createHash } from 'node:crypto';
import { UserKind } from '../../data/model/entity-kinds.ts';
import type { EntityRef } from '../../data/model/entity-refs.ts';
import { keyOf, keyOfEntity, packedKind, type Properties } from '../../data/model/kind.ts';
import type { UserId } from '../../runtime/ids.ts';

/** A key pair of an authenticator that signs in to an account. Only its public half is here. */
export interface Passkey {
  /** The id that the authenticator gave it, in base64url. */
  credential: string;
  /** As COSE has it, in base64url. */
  publicKey: string;
  /** How often the authenticator says it was used. Many always say 0. */
  counter: number;
  /** How browsers reach the authenticator, such as `internal` or `usb`. */
  transports: string[];
  /** Where it was made, for the list in the settings. */
  name: string;
  /** Milliseconds since the Unix epoch. */
  createdAt: number;
  usedAt: number | null;
  /** Whether the authenticator copies it to other devices. */
  backedUp: boolean;
}

const PasskeyKind = packedKind<Passkey>('Passkey', {
  version: 1,
  fields: {
    credential: 'string',
    publicKey: 'string',
    counter: 'number',
    transports: 'array',
    name: 'string',
    createdAt: 'number',
    usedAt: 'number|null',
    backedUp: 'boolean',
  },
});

/** The id of a passkey here: ids of credentials may be longer than the name of a key. */
export const passkeyId = (credential: string) => createHash('sha256').update(credential).digest('hex');

export const passkeyRef = (id: string): EntityRef<Passkey> => ({ kind: PasskeyKind, name: id });

/** Lists the passkeys of an account, the oldest first. One ancestor query. */
export async function listPasskeys({ datastore }: { datastore: Datastore }, user: UserId): Promise<Passkey[]> {
  const query = datastore.createQuery(PasskeyKind.name).hasAncestor(keyOf(datastore, user, UserKind));
  const [entities] = (await datastore.runQuery(query)) as [Properties[], unknown];
  const passkeys = entities.map((entity) => PasskeyKind.decode(entity, keyOfEntity(datastore, entity)));
  return passkeys.sort((a, b) => a.createdAt - b.createdAt);
}

/** Reads the passkey of a credential. One lookup. */
export async function findPasskey(
  { datastore }: { datastore: Datastore },
  user: UserId,
  credential: string,
): Promise<Passkey | undefined> {
  const key = keyOf(datastore, user, PasskeyKind, passkeyId(credential));
  const [entity] = (await datastore.get(key)) as [Properties | undefined];
  return entity && PasskeyKind.decode(entity, key);
}
