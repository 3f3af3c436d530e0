import type { Datastore, Key, Transaction } from '@google-cloud/datastore';
import { createHash } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import type { Properties } from '../../data/model/entity-kinds.ts';
import { EXPIRY_SHARDS, expiryKey } from '../../data/model/sort-keys.ts';
import { describeInvitee, type Invitee } from './registration-config.ts';

/** What lets one person begin an account where registration is not open. */
export const INVITATION_KIND = { name: 'Invitation' };

export interface InvitationDeps {
  datastore: Datastore;
  clock: Pick<Clock, 'now'>;
}

/** An invitation that has not been used yet. Times are in milliseconds since the Unix epoch. */
export interface Invitation {
  /** As the operator wrote it, in lower case where it is an address. */
  person: string;
  createdAt: number;
  expiresAt: number;
}

/** Invites a person for some days. An earlier invitation of the same person ends. */
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

/** Takes an invitation back; false when there is none. An account that was begun by it stays. */
export async function removeInvitation({ datastore }: InvitationDeps, invitee: Invitee): Promise<boolean> {
  const key = invitationKey(datastore, invitee);
  const [found] = (await datastore.get(key)) as [Properties | undefined];
  if (found) await datastore.delete(key);
  return found !== undefined;
}

/** All invitations that still count, what ends first in front. A global query: the newest ones may be missing. */
export async function listInvitations({ datastore, clock }: InvitationDeps): Promise<Invitation[]> {
  const query = datastore.createQuery(INVITATION_KIND.name);
  const [entities] = (await datastore.runQuery(query)) as [Properties[], unknown];
  const open = entities.map(decode).filter(({ expiresAt }) => expiresAt > clock.now());
  return open.sort((a, b) => a.expiresAt - b.expiresAt);
}

/** The keys of the invitations that count for one of these names of a person. Costs one lookup. */
export async function openInvitations(
  { datastore, clock }: InvitationDeps,
  tx: Transaction,
  names: readonly Invitee[],
): Promise<Key[]> {
  const keys = names.map((name) => invitationKey(datastore, name));
  const [entities] = (await tx.get(keys)) as [Properties[]];
  return entities
    .filter((entity) => decode(entity).expiresAt > clock.now())
    .map((entity) => entity[datastore.KEY as never] as Key);
}

/** By a hash: people may be called anything, and keys hold no text of users. */
const invitationKey = (datastore: Datastore, invitee: Invitee): Key =>
  datastore.key([INVITATION_KIND.name, createHash('sha256').update(describeInvitee(invitee)).digest('hex')]);

const shardIn = ({ name }: Key) => String(name).at(-1) ?? EXPIRY_SHARDS[0] ?? '0';

const decode = (entity: Properties): Invitation => ({
  person: String(entity['person']),
  createdAt: (entity['createdAt'] as Date).getTime(),
  expiresAt: (entity['expiresAt'] as Date).getTime(),
});
