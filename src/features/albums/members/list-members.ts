import type { Store } from '../../../data/read/store.ts';
import type { AlbumId, UserId } from '../../../runtime/ids.ts';
import type { Album } from '../album.ts';
import type { Clock } from '../../../runtime/clock.ts';
import { albumUser, presentLink, type LinkDeps } from './present.ts';
import { albumPeopleRef, type AlbumPeople } from './people.ts';
import type { AlbumMember, AlbumMembers } from './schemas.ts';
import { readAlbumView, type AlbumView } from './view.ts';

export interface ListMembersDeps extends LinkDeps {
  store: Pick<Store, 'entity' | 'user'>;
  clock: Clock;
}

/** The people of an album, and the album as the caller sees it. */
interface ListedMembers {
  view: AlbumView;
  members: AlbumMembers;
}

/**
 * Lists the people of an album for its owner or a member.
 * @throws AppError not-found
 */
export async function listMembers(deps: ListMembersDeps, user: UserId, id: AlbumId): Promise<ListedMembers> {
  const view = await readAlbumView(deps, user, id);
  const host = view.own.host ?? user;
  const isOwner = view.role === 'owner';
  const people = view.together?.people ?? (isOwner ? await peopleOf(deps, user, id) : undefined);
  const now = deps.clock.now();
  const open = isOwner ? (people?.invitations.filter(({ expiresAt }) => expiresAt > now) ?? []) : [];
  const parts = view.together?.parts ?? [view.own];
  const entries: Entry[] = [
    { user: host, role: 'owner', state: 'member', at: view.album.createdAt, invitation: null },
    ...(people?.members ?? []).map(({ user: member, role, joinedAt }) => ({
      user: member,
      role,
      state: 'member' as const,
      at: joinedAt,
      invitation: null,
    })),
    ...open.flatMap(({ id: invitation, user: invited, role, createdAt }) =>
      invited === null ? [] : [{ user: invited, role, state: 'invited' as const, at: createdAt, invitation }],
    ),
  ];
  const items = await Promise.all(entries.map((entry) => shown(deps, entry, parts)));
  const links = open.filter((invitation) => invitation.user === null);
  return {
    view,
    members: {
      items: items.flatMap((item) => item ?? []),
      links: links.map((link) => presentLink(deps, { host, album: id }, link)),
      next: null,
      prev: null,
    },
  };
}

type Entry = Pick<AlbumMember, 'role' | 'state' | 'invitation'> & { user: UserId; at: number };

/** An album with open invitations alone is not shared yet. */
const peopleOf = ({ store }: ListMembersDeps, user: UserId, id: AlbumId): Promise<AlbumPeople | undefined> =>
  store.entity(user, albumPeopleRef(id));

/** A user whose account was just erased is left out. */
async function shown(
  { store }: ListMembersDeps,
  { user: id, at, ...entry }: Entry,
  parts: readonly Album[],
): Promise<AlbumMember | undefined> {
  const user = await store.user(id);
  const count = parts.find((part) => part.user === id)?.count ?? 0;
  return user && { ...albumUser(id, user), ...entry, since: new Date(at).toISOString(), count };
}
