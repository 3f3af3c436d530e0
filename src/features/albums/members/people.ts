import type { EntityRef } from '../../../data/model/entity-refs.ts';
import { userRef } from '../../../data/model/entity-refs.ts';
import { packedKind } from '../../../data/model/kind.ts';
import type { Change } from '../../../data/rules/change.ts';
import { AppError } from '../../../runtime/errors.ts';
import { DAY_MS } from '../../../runtime/durations.ts';
import type { AlbumId, InvitationId, UserId } from '../../../runtime/ids.ts';
import { tellMembersRef, writeAlbum, type Album, type MemberRole } from '../album.ts';

/** A user who has joined the album of another one. Times are milliseconds since the Unix epoch. */
export interface Member {
  user: UserId;
  role: MemberRole;
  joinedAt: number;
  /** The `changed` of the member's part at the last time when the album was told of it. */
  heard?: number;
}

/** An open invitation to an album. Times are milliseconds since the Unix epoch. */
export interface AlbumInvitation {
  id: InvitationId;
  role: MemberRole;
  /** The user who is invited; null for a link, by which every user may join who has it. */
  user: UserId | null;
  createdAt: number;
  expiresAt: number;
}

/** Who is a member of an album, and who is invited. It lies beside the album, and decides who may see it. */
export interface AlbumPeople {
  album: AlbumId;
  members: Member[];
  invitations: AlbumInvitation[];
}

/** Users in an album besides its owner, those who are invited by name among them: a page merges 20 parts at the most. */
export const MOST_MEMBERS = 19;

/** Open links of one album. */
export const MOST_LINKS = 5;

/** Shared albums of one owner, and albums of others that one user is a member of or invited to. */
export const MOST_SHARED_ALBUMS = 200;

/** How long an invitation is open, in milliseconds. */
export const INVITATION_LIFE_MS = 14 * DAY_MS;

export const AlbumPeopleKind = packedKind<AlbumPeople>('AlbumPeople', {
  version: 1,
  fields: { album: 'string', members: 'array', invitations: 'array' },
});

export const albumPeopleRef = (id: AlbumId): EntityRef<AlbumPeople> => ({ kind: AlbumPeopleKind, name: id });

/** The people of an album of the changing user, without invitations that have expired. */
export async function readPeople({ entities, now }: Change, album: AlbumId): Promise<AlbumPeople> {
  const people = await entities.read(albumPeopleRef(album));
  const open = people?.invitations.filter(({ expiresAt }) => expiresAt > now) ?? [];
  return { album, members: people?.members ?? [], invitations: open };
}

/**
 * Writes who is in an album, together with the album. Those who come and those who leave are told.
 * @throws AppError too-many-members for one shared album too many
 */
export async function writePeople(change: Change, album: Album, people: AlbumPeople): Promise<Album> {
  const { entities, outbox, userId: user } = change;
  const before = await entities.read(albumPeopleRef(album.id));
  const isEmpty = people.members.length + people.invitations.length === 0;
  await countShared(change, Number(!isEmpty) - Number(before !== undefined));
  entities.write(albumPeopleRef(album.id), isEmpty ? undefined : people);
  const members = people.members.length > 0 ? people.members.length : undefined;
  const written = await writeAlbum(change, { ...album, members });
  const concerned = [...new Set([...usersIn(before), ...usersIn(people)])];
  if (concerned.length > 0) outbox.enqueue(tellMembersRef, { user, album: album.id, people: concerned });
  return written;
}

/** Forgets the people of an album that its owner deletes, and tells them. */
export async function closeToPeople(change: Change, { id }: Album): Promise<void> {
  const { entities, outbox, userId: user } = change;
  const people = await entities.read(albumPeopleRef(id));
  if (!people) return;
  await countShared(change, -1);
  entities.write(albumPeopleRef(id), undefined);
  outbox.enqueue(tellMembersRef, { user, album: id, people: usersIn(people) });
}

/** Members, and users who are invited by name. */
export const usersIn = (people: AlbumPeople | undefined): UserId[] => [
  ...(people?.members ?? []).map(({ user }) => user),
  ...(people?.invitations ?? []).flatMap(({ user }) => user ?? []),
];

async function countShared({ account, entities }: Change, by: number): Promise<void> {
  if (by === 0) return;
  const owner = await account.read();
  const sharedAlbums = (owner.sharedAlbums ?? 0) + by;
  if (by > 0 && sharedAlbums > MOST_SHARED_ALBUMS) throw tooManyShared();
  entities.write(userRef, { ...owner, sharedAlbums });
}

export const noHandOrderTogether = () =>
  new AppError('conflict', 'An album with an order by hand cannot be shared. Set its `order` to `taken` first.');

/** The error for an account with too many shared albums, own ones or those of others. */
export const tooManyShared = () =>
  new AppError('too-many-members', `An account may have ${MOST_SHARED_ALBUMS} shared albums. Leave some first.`, {
    extra: { maxSharedAlbums: MOST_SHARED_ALBUMS },
  });
