import { isAccountErased } from '../../../data/rules/erasure.ts';
import type { Library } from '../../../data/commit/group-commit.ts';
import type { Change } from '../../../data/rules/change.ts';
import type { Store } from '../../../data/read/store.ts';
import type { AlbumId, UserId } from '../../../runtime/ids.ts';
import { albumRef, isDeleted, tombstoneOf, withoutPhotos, writeAlbum, type Album } from '../album.ts';
import { emptyAlbumRef } from '../empty-album.job.ts';
import { dropPerson } from './drop-person.ts';
import { membershipRef, writeMembership } from './membership.ts';
import { albumPeopleRef, MOST_SHARED_ALBUMS, type AlbumInvitation, type Member } from './people.ts';

export interface FollowDeps {
  store: Store;
  library: Library;
}

/** A user, and an album that lives with another one. */
export interface FollowedAlbum {
  user: UserId;
  host: UserId;
  album: AlbumId;
}

/** What the host's data say of one user. */
interface Standing {
  /** The `changed` of the album: a later state has a larger one. */
  seen: number;
  album: Album | undefined;
  member: Member | undefined;
  invitation: AlbumInvitation | undefined;
}

/**
 * Brings what one user keeps of the album of another one to what the owner's data say now: an invitation, a part, or
 * nothing. May be repeated, and may run late or at the same time as another: a later state stays.
 */
export async function followAlbum(deps: FollowDeps, followed: FollowedAlbum): Promise<void> {
  const { user, album } = followed;
  const standing = await standingOf(deps, followed);
  try {
    await deps.library.commit(user, (change) => follow(change, followed, standing), [
      membershipRef(album),
      albumRef(album),
    ]);
  } catch (error) {
    if (!isAccountErased(error)) throw error;
    if (standing.member ?? standing.invitation) await dropPerson(deps, followed);
  }
}

async function standingOf({ store }: FollowDeps, { user, host, album: id }: FollowedAlbum): Promise<Standing> {
  const found = await store.snapshot(host, async (snapshot) => ({
    album: await snapshot.entity(albumRef(id)),
    people: await snapshot.entity(albumPeopleRef(id)),
  }));
  const { album, people } = found ?? {};
  if (!album || isDeleted(album)) {
    return { seen: Number.MAX_SAFE_INTEGER, album: undefined, member: undefined, invitation: undefined };
  }
  return {
    seen: album.changed,
    album,
    member: people?.members.find((member) => member.user === user),
    invitation: people?.invitations.find((invitation) => invitation.user === user),
  };
}

async function follow(change: Change, { user, host, album: id }: FollowedAlbum, standing: Standing): Promise<void> {
  const { entities } = change;
  const membership = await entities.read(membershipRef(id));
  const part = await entities.read(albumRef(id));
  const { seen, album, member, invitation } = standing;
  if (Math.max(membership?.seen ?? 0, part?.seen ?? 0) >= seen) return;
  if (member && album) {
    await writeMembership(change, id, { album: id, host, invitation: null, seen });
    await writeAlbum(change, {
      ...partOf(part, change.now),
      ...copiedFrom(album),
      id,
      user,
      host,
      role: member.role,
      seen,
    });
    return;
  }
  if (part && !isDeleted(part)) await leave(change, part, seen);
  const open = invitation && { album: id, host, invitation: invitation.id, seen };
  const { memberships = 0 } = await change.account.read();
  if (open && !membership && memberships >= MOST_SHARED_ALBUMS) return;
  await writeMembership(change, id, open);
}

/** The part as it is, or a new one without photos. */
function partOf(part: Album | undefined, now: number): Omit<Album, 'id' | 'user' | 'title' | 'description'> {
  if (part && !isDeleted(part)) return part;
  return {
    order: 'taken',
    ...withoutPhotos(),
    createdAt: now,
    revision: (part?.revision ?? 0) + 1,
    changed: 0,
  };
}

const copiedFrom = ({ title, description }: Album) => ({ title, description });

async function leave(change: Change, part: Album, seen: number): Promise<void> {
  await writeAlbum(change, { ...tombstoneOf(part, change.now), seen });
  const { id: album, user } = part;
  const state = { album, years: Object.keys(part.years), emptied: 0 };
  change.outbox.enqueue(emptyAlbumRef, { user, run: `${album}-${part.changed}`, state });
}
