import type { Datastore } from '@google-cloud/datastore';
import type { UserId } from '../../runtime/ids.ts';
import { UserKind } from '../../data/model/entity-kinds.ts';
import { keyOf, keyOfEntity, packedKind, type Properties } from '../../data/model/kind.ts';

/** An identity that a signed-in person has added to an account. Its key name is that of its `Identity`. */
export interface LinkedIdentity {
  issuer: string;
  /** How its person is called there: the address, else the name, else the subject. */
  label: string;
  /** Milliseconds since the Unix epoch. */
  linkedAt: number;
}

export const LinkedIdentityKind = packedKind<LinkedIdentity>('LinkedIdentity', {
  version: 1,
  fields: { issuer: 'string', label: 'string', linkedAt: 'number' },
});

/** Lists the linked identities of an account, the oldest first. One ancestor query. */
export async function listLinkedIdentities(
  { datastore }: { datastore: Datastore },
  user: UserId,
): Promise<(LinkedIdentity & { id: string })[]> {
  const query = datastore.createQuery(LinkedIdentityKind.name).hasAncestor(keyOf(datastore, user, UserKind));
  const [entities] = (await datastore.runQuery(query)) as [Properties[], unknown];
  const decode = (entity: Properties) => {
    const key = keyOfEntity(datastore, entity);
    return { id: String(key.name), ...LinkedIdentityKind.decode(entity, key) };
  };
  return entities.map(decode).sort((a, b) => a.linkedAt - b.linkedAt);
}
