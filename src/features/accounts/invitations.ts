import type { Datastore, Key, Transaction } from '@google-cloud/datastore';
import { createHash } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import { keyOfEntity, type Properties } from '../../data/model/kind.ts';
import { EXPIRY_SHARDS, expiryKey } from '../../data/model/sort-keys.ts';
import { describeInvitee, type Invitee } from './registration-config.ts';

/** An invitation lets one person create an account although registration is not open. */
export const INVITATION_KIND = { name: 'Invitation' };

export interface InvitationDeps {
  datastore: Datastore;
  clock: Pick<Clock, 'now'>;
}

/** An invitation that has not been used. Times are in milliseconds since the Unix epoch. */
interface Invitation {
  /** As the operator wrote it; an address in lower case. */
  person: string;
  createdAt: number;
  expiresAt: number;
}

/** Invites a person for some days. This replaces an earlier invitation of the same person. */
export async function invite(
  { datastore, clock }: InvitationDeps,
  invitee: Invitee,
  days: number,
): Promise<Invitation> {
  const key = invitationKey(datastore, invitee);
  const person = describeInvitee(invitee);
  const createdAt = clock.now();
  const expiresAt = createdAt + days * 24 * 3_600_000;
  await datastore.save({
    key,
    data: {
      person,
      createdAt: new Date(createdAt),
      expiresAt: new Date(expiresAt),
      expiryKey: expiryKey(shardIn(key), expiresAt),
    },
    excludeFromIndexes: ['person', 'createdAt', 'expiresAt'],
  });
  return { person, createdAt, expiresAt };
}

/** Deletes an invitation. Returns false if there is none. An account that was created by it stays. */
export async function removeInvitation({ datastore }: InvitationDeps, invitee: Invitee): Promise<boolean> {
  const key = invitationKey(datastore, invitee);
  const [found] = (await datastore.get(key)) as [Properties | undefined];
  if (found) await datastore.delete(key);
  return found !== undefined;
}

/** Lists the invitations that have not ended, by their end. A global query: the newest ones may be missing. */
export async function listInvitations({ datastore, clock }: InvitationDeps): Promise<Invitation[]> {
  const query = datastore.createQuery(INVITATION_KIND.name);
  const [entities] = (await datastore.runQuery(query)) as [Properties[], unknown];
  const open = entities.map(decode).filter(({ expiresAt }) => expiresAt > clock.now());
  return open.sort((a, b) => a.expiresAt - b.expiresAt);
}

/** Finds the invitations that have not ended for any of a person's names. Costs one lookup. */
export async function openInvitations(
  { datastore, clock }: InvitationDeps,
  tx: Transaction,
  names: readonly Invitee[],
): Promise<Key[]> {
  const keys = names.map((name) => invitationKey(datastore, name));
  const [entities] = (await tx.get(keys)) as [Properties[]];
  return entities
    .filter((entity) => decode(entity).expiresAt > clock.now())
    .map((entity) => keyOfEntity(datastore, entity));
}

/** The key is a hash: a name may be any text, and keys hold no text of users. */
const invitationKey = (datastore: Datastore, invitee: Invitee): Key =>
  datastore.key([INVITATION_KIND.name, createHash('sha256').update(describeInvitee(invitee)).digest('hex')]);

const shardIn = ({ name }: Key) => String(name).at(-1) ?? EXPIRY_SHARDS[0] ?? '0';

const decode = (entity: Properties): Invitation => ({
  person: String(entity['person']),
  createdAt: (entity['createdAt'] as Date).getTime(),
  expiresAt: (entity['expiresAt'] as Date).getTime(),
});
