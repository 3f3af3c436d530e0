import { parseIfMatch } from '../../http/replies/conditional.ts';
import { commitOnce } from '../../data/commit/idempotency.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { photoRef, userRef } from '../../data/model/entity-refs.ts';
import type { Change } from '../../data/rules/change.ts';
import { definedFields } from '../../runtime/defined-fields.ts';
import { AppError } from '../../runtime/errors.ts';
import { newAlbumId, type AlbumId, type PhotoId, type UserId } from '../../runtime/ids.ts';
import {
  albumRef,
  isShared,
  MOST_ALBUMS,
  ownersOnly,
  requireAlbum,
  requireOwnAlbum,
  tombstoneOf,
  withoutPhotos,
  writeAlbum,
  type Album,
} from './album.ts';
import { emptyAlbumRef } from './empty-album.job.ts';
import { albumPeopleRef, closeToPeople, noHandOrderTogether } from './members/people.ts';
import type { AlbumEdit, NewAlbum } from './schemas.ts';

export interface ChangeAlbumDeps {
  library: Library;
}

/** The request's `If-Match`, and how a 412 shows the present album, with its ETag without quotes. */
export interface AlbumCondition {
  ifMatch: string | undefined;
  show(album: Album): { body: unknown; etag: string };
}

/** The condition of a request without `If-Match`. */
const UNCONDITIONAL: AlbumCondition = { ifMatch: undefined, show: () => ({ body: undefined, etag: '' }) };

/**
 * Makes an album without photos.
 * @throws AppError too-many-albums, idempotency-mismatch; not-found to a key whose album was deleted since
 */
export async function createAlbum(
  { library }: ChangeAlbumDeps,
  user: UserId,
  wanted: NewAlbum,
  idempotencyKey?: string,
): Promise<{ album: Album; replayed: boolean }> {
  const { result, replayed } = await commitOnce(library, user, {
    key: idempotencyKey,
    content: ['album', wanted.title, wanted.description, wanted.order],
    reads: [],
    run: (change) => addAlbum(change, wanted),
    recordOf: ({ id }): AlbumId => id,
    replay: requireAlbum,
  });
  return { album: result, replayed };
}

/** Makes an album without photos within a change. @throws AppError too-many-albums */
export async function addAlbum(change: Change, wanted: NewAlbum): Promise<Album> {
  await changeNumber(change, 1);
  return writeAlbum(change, {
    ...wanted,
    id: newAlbumId(),
    user: change.userId,
    ...withoutPhotos(),
    createdAt: change.now,
    revision: 1,
    changed: 0,
  });
}

async function changeNumber({ account, entities }: Change, by: 1 | -1): Promise<void> {
  const owner = await account.read();
  const albums = (owner.albums ?? 0) + by;
  if (by > 0 && albums > MOST_ALBUMS) throw tooMany();
  entities.write(userRef, { ...owner, albums });
}

const tooMany = () =>
  new AppError('too-many-albums', `An account may have ${MOST_ALBUMS} albums. Delete some first.`, {
    extra: { maxAlbums: MOST_ALBUMS },
  });

/**
 * Changes what an album says of itself.
 * @throws AppError not-found, precondition-failed; invalid-request for a cover that is no photo of the album
 */
export function editAlbum(
  { library }: ChangeAlbumDeps,
  { user, id }: AlbumTarget,
  edit: AlbumEdit,
  condition: AlbumCondition = UNCONDITIONAL,
): Promise<Album> {
  const requireMatch = matchOf(condition);
  const { cover, ...plain } = edit;
  return library.commit(
    user,
    async (change) => {
      const before = requireMatch(await requireAlbum(change, id));
      requireMayEdit(before, edit);
      const edited = withEdit(before, plain);
      if (cover === undefined) return writeAlbum(change, edited);
      if (cover === null) return writeAlbum(change, { ...edited, chosenCover: null });
      await requireShown(change, id, cover);
      return writeAlbum(change, { ...edited, chosenCover: cover, cover });
    },
    [albumRef(id), ...(cover ? [photoRef(cover)] : [])],
  );
}

/** Members say of their own part alone what may be done with it. */
function requireMayEdit(album: Album, { originals: _originals, ...others }: AlbumEdit): void {
  if (album.host !== undefined && Object.keys(others).length > 0) throw ownersOnly();
  if (isShared(album) && others.order === 'custom') throw noHandOrderTogether();
}

function withEdit(before: Album, { originals, ...texts }: Omit<AlbumEdit, 'cover'>): Album {
  const edited = { ...before, ...definedFields(texts), revision: before.revision + 1 };
  return originals === undefined ? edited : { ...edited, originals: originals || undefined };
}

/** An album of a user. */
interface AlbumTarget {
  user: UserId;
  id: AlbumId;
}

async function requireShown({ photos }: Change, album: AlbumId, id: PhotoId): Promise<void> {
  const [photo] = await photos.getMany([id]);
  if (photo && photo.trashedAt === null && photo.albums?.[album] !== undefined) return;
  const message = 'is no photo of this album';
  throw new AppError('invalid-request', `/cover: ${message}.`, {
    errors: [{ pointer: '/cover', code: 'not-found', message }],
  });
}

/**
 * Deletes an album. Its photos stay. A task makes them forget it.
 * @throws AppError not-found, precondition-failed
 */
export function deleteAlbum(
  { library }: ChangeAlbumDeps,
  { user, id }: AlbumTarget,
  condition: AlbumCondition = UNCONDITIONAL,
): Promise<void> {
  const requireMatch = matchOf(condition);
  return library.commit(
    user,
    async (change) => {
      const album = requireMatch(await requireOwnAlbum(change, id));
      await changeNumber(change, -1);
      await closeToPeople(change, album);
      await writeAlbum(change, tombstoneOf(album, change.now));
      const state = { album: id, years: Object.keys(album.years), emptied: 0 };
      change.outbox.enqueue(emptyAlbumRef, { user, run: id, state });
    },
    [albumRef(id), albumPeopleRef(id)],
  );
}

function matchOf({ ifMatch, show }: AlbumCondition): (album: Album) => Album {
  const matches = parseIfMatch(ifMatch);
  return (album) => {
    if (matches(album.revision)) return album;
    const { body, etag } = show(album);
    throw new AppError(
      'precondition-failed',
      'The album was edited since you read it. See `current`, and send its ETag.',
      { extra: { current: body }, headers: { ETag: `"${etag}"` } },
    );
  };
}
