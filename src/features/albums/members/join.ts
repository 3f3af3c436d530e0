import { accountErased } from '../../../data/rules/erasure.ts';
import { isSuspended } from '../../../data/rules/suspension.ts';
import type { User } from '../../../data/model/records.ts';
import type { Clock } from '../../../runtime/clock.ts';
import { AppError } from '../../../runtime/errors.ts';
import type { InvitationId, UserId } from '../../../runtime/ids.ts';
import { readInvitationToken, writeInvitationToken, type InvitationName } from '../../../signing/invitation-token.ts';
import type { SigningKeys } from '../../../signing/keys.ts';
import { albumRef, isDeleted, requireOwnAlbum, type Album, type MemberRole } from '../album.ts';
import { followAlbum } from './follow-album.ts';
import { endInvitation, noInvitation, requirePlace, type InviteDeps } from './invite.ts';
import { membershipRef, MembershipKind } from './membership.ts';
import {
  albumPeopleRef,
  MOST_SHARED_ALBUMS,
  readPeople,
  tooManyShared,
  writePeople,
  type AlbumInvitation,
  type AlbumPeople,
} from './people.ts';

export interface JoinDeps extends InviteDeps {
  signingKeys: SigningKeys;
  clock: Clock;
}

/** An open invitation, with what it is to. */
export interface OpenInvitation {
  token: string;
  name: InvitationName;
  invitation: AlbumInvitation;
  album: Album;
  owner: User;
}

/**
 * The invitation of a token, for a user who may use it. A token that is no good costs no lookup.
 * @throws AppError not-found
 */
export async function openInvitation(deps: JoinDeps, user: UserId, token: string): Promise<OpenInvitation> {
  const name = readInvitationToken(deps.signingKeys, token);
  const found = name && (await findInvitation(deps, user, name));
  if (!found) throw noInvitation();
  return found;
}

/** The invitations that a user has received by name, the latest first. */
export async function receivedInvitations(deps: JoinDeps, user: UserId): Promise<OpenInvitation[]> {
  const memberships = await deps.store.entities(user, MembershipKind);
  const found = await Promise.all(
    memberships.map(async ({ host, album, invitation }) =>
      invitation === null ? undefined : findInvitation(deps, user, { host, album, invitation }),
    ),
  );
  const open = found.filter((invitation) => invitation !== undefined);
  return open.toSorted((a, b) => b.invitation.createdAt - a.invitation.createdAt);
}

async function findInvitation(deps: JoinDeps, user: UserId, name: InvitationName): Promise<OpenInvitation | undefined> {
  const { store, clock, signingKeys } = deps;
  const { host, album: id } = name;
  const [owner, album, people] = await Promise.all([
    store.user(host),
    store.entity(host, albumRef(id)),
    store.entity(host, albumPeopleRef(id)),
  ]);
  const invitation = people?.invitations.find((each) => each.id === name.invitation);
  if (!owner || isSuspended(owner) || !album || isDeleted(album) || !invitation || invitation.expiresAt <= clock.now())
    return undefined;
  if (invitation.user !== null && invitation.user !== user) return undefined;
  return { token: writeInvitationToken(signingKeys, name), name, invitation, album, owner };
}

/**
 * Joins the album of an invitation. May be repeated.
 * @throws AppError not-found, too-many-members, account-erased; conflict for the owner of the album; busy while photos of
 *   an earlier membership are taken out
 */
export async function joinAlbum(deps: JoinDeps, user: UserId, token: string): Promise<InvitationName> {
  const { name } = await openInvitation(deps, user, token);
  const { host, album: id, invitation } = name;
  if (host === user) throw new AppError('conflict', 'This album is yours already.');
  await requireReady(deps, user, name);
  await deps.library.commit(
    host,
    async (change) => {
      const album = await requireOwnAlbum(change, id);
      const people = await readPeople(change, id);
      if (people.members.some((member) => member.user === user)) return;
      await writePeople(change, album, withMember(people, { user, invitation, now: change.now }));
    },
    [albumRef(id), albumPeopleRef(id)],
  );
  await followAlbum(deps, { user, host, album: id });
  return name;
}

/** A user who leaves and comes back begins with an empty part. */
async function requireReady({ store }: JoinDeps, id: UserId, { album }: InvitationName): Promise<void> {
  const [user, part, membership] = await Promise.all([
    store.user(id),
    store.entity(id, albumRef(album)),
    store.entity(id, membershipRef(album)),
  ]);
  if (!user) throw accountErased();
  if (!membership && (user.memberships ?? 0) >= MOST_SHARED_ALBUMS) throw tooManyShared();
  if (!part || !isDeleted(part) || part.emptied) return;
  throw new AppError('busy', 'Your photos are still being taken out of this album. Join again in a moment.', {
    headers: { 'Retry-After': '5' },
  });
}

function withMember(
  people: AlbumPeople,
  { user, invitation: id, now }: { user: UserId; invitation: InvitationId; now: number },
): AlbumPeople {
  const invitation = people.invitations.find((each) => each.id === id);
  if (!invitation) throw noInvitation();
  const role: MemberRole = invitation.role;
  // A user who joins by a link needs no other invitation.
  const invitations = people.invitations.filter((each) => each.user !== user);
  if (invitation.user === null && invitations.length === people.invitations.length) requirePlace(people);
  return { ...people, invitations, members: [...people.members, { user, role, joinedAt: now }] };
}

/**
 * Declines an invitation by name.
 * @throws AppError not-found, also for a link: its owner alone ends it
 */
export async function declineInvitation(deps: JoinDeps, user: UserId, token: string): Promise<void> {
  const { name, invitation } = await openInvitation(deps, user, token);
  if (invitation.user !== user) throw noInvitation();
  await endInvitation(deps, { user: name.host, album: name.album }, name.invitation);
}
