import type { Library } from '../../../data/commit/group-commit.ts';
import type { Change } from '../../../data/rules/change.ts';
import type { Store } from '../../../data/read/store.ts';
import { AppError } from '../../../runtime/errors.ts';
import { newInvitationId, type AlbumId, type InvitationId, type UserId } from '../../../runtime/ids.ts';
import { albumRef, requireOwnAlbum, type Album, type MemberRole } from '../album.ts';
import { followAlbum, type FollowDeps } from './follow-album.ts';
import {
  albumPeopleRef,
  INVITATION_LIFE_MS,
  MOST_LINKS,
  MOST_MEMBERS,
  noHandOrderTogether,
  readPeople,
  usersIn,
  writePeople,
  type AlbumInvitation,
  type AlbumPeople,
} from './people.ts';

export interface InviteDeps extends FollowDeps {
  store: Store;
  library: Library;
}

/** An album of the user who acts. */
export interface OwnAlbum {
  user: UserId;
  album: AlbumId;
}

/**
 * Invites the user of a handle to an album, or changes the role in an open invitation.
 * @throws AppError not-found, role-missing, too-many-members; conflict for its owner, a member, and a hand order
 */
export async function inviteByHandle(
  deps: InviteDeps,
  own: OwnAlbum,
  { handle, role }: { handle: string; role: MemberRole },
): Promise<AlbumInvitation> {
  const invited = await deps.store.userOfHandle(handle);
  if (!invited || !(await deps.store.user(invited)))
    throw new AppError('not-found', 'There is no user of this handle.');
  if (invited === own.user) throw new AppError('conflict', 'This album is yours already.');
  const invitation = await changePeople(deps, own, (people, now) => {
    if (people.members.some(({ user }) => user === invited)) {
      throw new AppError('conflict', 'This user is a member already. For another role, remove and invite again.');
    }
    if (!usersIn(people).includes(invited)) requirePlace(people);
    const fresh = { ...newInvitation(role, now), user: invited };
    return [fresh, people.invitations.filter(({ user }) => user !== invited)];
  });
  await followAlbum(deps, { user: invited, host: own.user, album: own.album });
  return invitation;
}

/**
 * Makes a link by which every user may join an album who has it, until it ends or the album is full.
 * @throws AppError not-found, role-missing, too-many-members; conflict for a hand order
 */
export const inviteByLink = (deps: InviteDeps, own: OwnAlbum, role: MemberRole): Promise<AlbumInvitation> =>
  changePeople(deps, own, (people, now) => {
    if (people.invitations.filter(({ user }) => user === null).length >= MOST_LINKS) throw tooManyLinks();
    return [{ ...newInvitation(role, now), user: null }, people.invitations];
  });

const newInvitation = (role: MemberRole, now: number) => ({
  id: newInvitationId(),
  role,
  createdAt: now,
  expiresAt: now + INVITATION_LIFE_MS,
});

const tooManyLinks = () =>
  new AppError('too-many-members', `An album may have ${MOST_LINKS} open links. End one of them first.`, {
    extra: { maxAlbumLinks: MOST_LINKS },
  });

/** @throws AppError too-many-members */
export function requirePlace(people: AlbumPeople): void {
  if (usersIn(people).length < MOST_MEMBERS) return;
  throw new AppError('too-many-members', `An album may have ${MOST_MEMBERS} members besides its owner.`, {
    extra: { maxMembers: MOST_MEMBERS },
  });
}

function changePeople(
  { library }: InviteDeps,
  { user, album: id }: OwnAlbum,
  invite: (people: AlbumPeople, now: number) => [AlbumInvitation, others: AlbumInvitation[]],
): Promise<AlbumInvitation> {
  return library.commit(
    user,
    async (change) => {
      const album = await requireOwnAlbum(change, id);
      if (album.order === 'custom') throw noHandOrderTogether();
      const people = await readPeople(change, id);
      const [invitation, others] = invite(people, change.now);
      await writePeople(change, album, { ...people, invitations: [...others, invitation] });
      return invitation;
    },
    [albumRef(id), albumPeopleRef(id)],
  );
}

/**
 * Ends an invitation by its owner, or by the user who was invited and does not want it.
 * @throws AppError not-found, role-missing
 */
export async function endInvitation(deps: InviteDeps, { user: host, album: id }: OwnAlbum, invitation: InvitationId) {
  const ended = await deps.library.commit(
    host,
    async (change) => {
      const album = await requireOwnAlbum(change, id);
      return withoutInvitation(change, album, invitation);
    },
    [albumRef(id), albumPeopleRef(id)],
  );
  if (ended.user) await followAlbum(deps, { user: ended.user, host, album: id });
}

async function withoutInvitation(change: Change, album: Album, id: InvitationId): Promise<AlbumInvitation> {
  const people = await readPeople(change, album.id);
  const invitation = people.invitations.find((each) => each.id === id);
  if (!invitation) throw noInvitation();
  await writePeople(change, album, { ...people, invitations: people.invitations.filter((each) => each.id !== id) });
  return invitation;
}

export const noInvitation = () =>
  new AppError('not-found', 'There is no such invitation. It may have ended: ask for another one.');
