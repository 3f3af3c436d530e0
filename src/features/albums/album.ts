import type { EntityRef } from '../../data/model/entity-refs.ts';
import { userRef } from '../../data/model/entity-refs.ts';
import type { JobRef } from '../../data/model/job-ref.ts';
import { packedKind, type Kind } from '../../data/model/kind.ts';
import type { Year } from '../../data/model/records.ts';
import { changedKey, expiryKey, shardOf } from '../../data/model/sort-keys.ts';
import type { Change } from '../../data/rules/change.ts';
import { FEED_HORIZON_MS } from '../../data/rules/erasure.ts';
import { AppError } from '../../runtime/errors.ts';
import type { AlbumId, PhotoId, UserId } from '../../runtime/ids.ts';

/** What a member may do with the album of another user: look at the photos, or add own photos as well. */
export type MemberRole = 'viewer' | 'contributor';

/** By the time of capture, newest first, or as its owner has placed the photos. */
type AlbumOrder = 'taken' | 'custom';

/** One album as it is stored. Which photos are in it, the photos know. Times are milliseconds since the Unix epoch. */
export interface Album {
  id: AlbumId;
  user: UserId;
  title: string;
  description: string;
  order: AlbumOrder;
  /** The cover that its owner has chosen, also while that photo is in the trash. */
  chosenCover: PhotoId | null;
  /** The photo that stands for the album. Null without photos, and for moments after that photo has left. */
  cover: PhotoId | null;
  /** Photos that are not in the trash. */
  count: number;
  /** The number of them in each year. */
  years: Record<string, number>;
  /** The first and the last of the days on which they were taken, as `2019-07-01`. */
  from: string | null;
  to: string | null;
  /** The last rank in its hand order that was ever given. */
  lastRank: string | null;
  createdAt: number;
  /**
   * The user with whom the album lives, if that is another one: then this is the part of a member. Its count, years, days
   * and cover are those of the member's own photos, and its texts are copies.
   */
  host?: UserId | undefined;
  /** Of a part: what the member may do. */
  role?: MemberRole | undefined;
  /** Of a part: the `changed` of the host's album whose texts it has. */
  seen?: number | undefined;
  /** Users who have joined it, besides its owner. Absent for an album that is not shared. */
  members?: number | undefined;
  /** Whether other members may copy this user's files of the album as they were uploaded. Absent: no. */
  originals?: true | undefined;
  /** Set on a tombstone: the album is deleted, and only the change feed still reports it. */
  deletedAt?: number;
  /** Of a tombstone: its photos no longer name it. */
  emptied?: true | undefined;
  /** Raised by the owner's edits of the album itself; what `If-Match` compares. */
  revision: number;
  /** The user's sequence at the last change of any kind, 0 before it is first written. */
  changed: number;
}

/** Albums of one account at the most. */
export const MOST_ALBUMS = 20_000;

/**
 * Albums that one photo may be in. An edit of 50 photos rewrites two index entries with a tile for each album of each, and a
 * transaction has 10 MiB.
 */
export const MOST_ALBUMS_OF_A_PHOTO = 20;

const packedAlbum = packedKind<Album>('Album', {
  version: 2,
  // Version 1 is version 2 without members. A release that does not know them must not show a part as an own album.
  writtenVersion: ({ host, members }) => (host !== undefined || members !== undefined ? 2 : 1),
  migrations: { 1: (stored) => stored },
  fields: {
    id: 'string',
    user: 'string',
    title: 'string',
    description: 'string',
    order: 'string',
    chosenCover: 'string|null',
    cover: 'string|null',
    count: 'number',
    years: 'object',
    from: 'string|null',
    to: 'string|null',
    lastRank: 'string|null',
    createdAt: 'number',
    revision: 'number',
    changed: 'number',
  },
});

/** A deleted album is in no list, and expires like the tombstone of a photo. */
export const AlbumKind: Kind<Album> = {
  ...packedAlbum,
  indexed: ['listKey', 'changedKey', 'expiryKey'],
  encode: (album) => ({
    ...packedAlbum.encode(album),
    changedKey: changedKey(album),
    ...(album.deletedAt === undefined
      ? { listKey: listKey(album) }
      : { expiryKey: expiryKey(shardOf(album.user), albumTombstoneEnd(album)) }),
  }),
};

/** The photos of an album on each day of one year. */
const AlbumYearKind = packedKind<Year>('AlbumYear', { version: 1, fields: { days: 'object' } });

export const albumRef = (id: AlbumId): EntityRef<Album> => ({ kind: AlbumKind, name: id });

export const albumYearRef = (id: AlbumId, year: string): EntityRef<Year> => ({
  kind: AlbumYearKind,
  name: `${id}.${year}`,
});

/** Position in the list of albums: the time of creation, then id. */
export const listKey = ({ user, createdAt, id }: Pick<Album, 'user' | 'createdAt' | 'id'>) =>
  `${user}|${new Date(createdAt).toISOString()}|${id}`;

/** When the feed stops reporting that an album is deleted, in milliseconds since the Unix epoch. */
export const albumTombstoneEnd = ({ deletedAt = Infinity }: Album) => deletedAt + FEED_HORIZON_MS;

/** What an album without photos says of its photos. A function: `years` is an object of its own for each album. */
export const withoutPhotos = () => ({
  chosenCover: null,
  cover: null,
  count: 0,
  years: {},
  from: null,
  to: null,
  lastRank: null,
});

/** What is kept of a deleted album while the change feed reports it: that it existed. */
export const tombstoneOf = (
  { host: _host, role: _role, members: _members, originals: _originals, ...album }: Album,
  now: number,
): Album => ({
  ...album,
  title: '',
  description: '',
  ...withoutPhotos(),
  deletedAt: now,
  revision: album.revision + 1,
});

export const isDeleted = ({ deletedAt }: Album) => deletedAt !== undefined;

/** The album that a request names. @throws AppError not-found */
export function existing(album: Album | undefined): Album {
  if (!album || isDeleted(album)) throw noSuchAlbum();
  return album;
}

export const noSuchAlbum = () => new AppError('not-found', 'There is no such album.');

/** The album that a change is about. @throws AppError not-found */
export const requireAlbum = async ({ entities }: Change, id: AlbumId): Promise<Album> =>
  existing(await entities.read(albumRef(id)));

/**
 * The user's own album that a change is about.
 * @throws AppError not-found; role-missing for the album of another user
 */
export async function requireOwnAlbum(change: Change, id: AlbumId): Promise<Album> {
  const album = await requireAlbum(change, id);
  if (album.host !== undefined) throw ownersOnly();
  return album;
}

export const ownersOnly = () => new AppError('role-missing', 'Only the owner of this album may do that.');

/** Whether other users are members of an album. */
export const isShared = ({ host, members = 0 }: Album) => host !== undefined || members > 0;

/** The job that brings a change of an album to its members: to those that it names, or else to all of them now. */
export const tellMembersRef: JobRef<{ user: UserId; album: AlbumId; people?: UserId[] }> = { name: 'tell-members' };

/** The job that brings a change of a member's part to the owner of the album. */
export const tellOwnerRef: JobRef<{ user: UserId; album: AlbumId; member: UserId }> = { name: 'tell-owner' };

/** Writes an album as the next change of its user. The members of the user's own album are told. */
export async function writeAlbum(change: Change, album: Album): Promise<Album> {
  const { account, entities, outbox } = change;
  const { id, user, members = 0 } = album;
  const before = album.changed === 0 ? undefined : await entities.read(albumRef(id));
  if (before?.title !== album.title) await change.albums.named(id, isDeleted(album) ? undefined : album.title);
  const owner = await account.read();
  const changed = { ...album, changed: owner.sequence + 1 };
  entities.write(albumRef(id), changed);
  entities.write(userRef, { ...owner, sequence: changed.changed, albumsChanged: changed.changed });
  if (members > 0 && !isDeleted(album)) outbox.enqueueOnce(tellMembersRef, { user, album: id });
  return changed;
}
