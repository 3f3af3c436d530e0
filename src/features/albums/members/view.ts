import type { User } from '../../../data/model/records.ts';
import { isSuspended } from '../../../data/rules/suspension.ts';
import type { Store } from '../../../data/read/store.ts';
import type { AlbumId, UserId } from '../../../runtime/ids.ts';
import { albumRef, existing, isDeleted, isShared, noSuchAlbum, type Album, type MemberRole } from '../album.ts';
import { albumPeopleRef, type AlbumPeople } from './people.ts';

/** An album as one user sees it. */
export interface AlbumView {
  /** The user's own album, or the user's part of the album of another one. */
  own: Album;
  /** The album itself, with which its owner's data say what it is called. */
  album: Album;
  role: 'owner' | MemberRole;
  /** Of an album that is shared: who is in it. */
  together?: Together | undefined;
}

/** Who is in a shared album, and what each of them has in it. */
export interface Together {
  host: UserId;
  owner: User;
  people: AlbumPeople;
  /** The parts of the owner and of the contributors who have one. */
  parts: Album[];
}

/** An album that is not shared, as its owner sees it. */
export const ownView = (album: Album): AlbumView => ({ own: album, album, role: 'owner' });

/**
 * Reads an album as a user sees it. An album that is not shared costs one read. A shared one costs a read each for its
 * owner, the album, its people, the user's part and the part of each contributor.
 * @throws AppError not-found, also to a user who was removed from the album
 */
export async function readAlbumView(
  deps: { store: Pick<Store, 'entity' | 'user'> },
  user: UserId,
  id: AlbumId,
): Promise<AlbumView> {
  const view = await viewOf(deps, user, existing(await deps.store.entity(user, albumRef(id))));
  if (!view) throw noSuchAlbum();
  return view;
}

/** The views of albums or parts of one user. Undefined for a part whose user is no member any more. */
export const viewsOf = (
  deps: { store: Pick<Store, 'entity' | 'user'> },
  user: UserId,
  albums: readonly Album[],
): Promise<(AlbumView | undefined)[]> => Promise.all(albums.map((album) => viewOf(deps, user, album)));

async function viewOf(
  { store }: { store: Pick<Store, 'entity' | 'user'> },
  user: UserId,
  own: Album,
): Promise<AlbumView | undefined> {
  if (!isShared(own) || isDeleted(own)) return ownView(own);
  const { id, host = user } = own;
  const [owner, album, people] = await Promise.all([
    store.user(host),
    own.host === undefined ? own : store.entity(host, albumRef(id)),
    store.entity(host, albumPeopleRef(id)),
  ]);
  const role = host === user ? 'owner' : people?.members.find((member) => member.user === user)?.role;
  if (!owner || !album || isDeleted(album) || !people || !role) return undefined;
  if (role !== 'owner' && isSuspended(owner)) return undefined;
  const contributors = people.members.filter((member) => member.role === 'contributor');
  const parts = await Promise.all(
    contributors.map(async (member) => (member.user === user ? own : store.entity(member.user, albumRef(id)))),
  );
  const present = parts.filter((part) => part !== undefined).filter((part) => !isDeleted(part));
  return { own, album, role, together: { host, owner, people, parts: [album, ...present] } };
}
