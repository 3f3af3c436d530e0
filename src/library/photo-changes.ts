import { AppError } from '../http/errors.ts';
import type { JobRef } from '../jobs/define-job.ts';
import { joinClaim, releaseClaim } from './claims.ts';
import { countDays } from './day-counts.ts';
import { eraseObjectsRef, isErased, tombstoneOf } from './erasure.ts';
import type { EventKind } from './events.ts';
import type { PhotoId, UserId } from './ids.ts';
import type { Overlay } from './overlay.ts';
import { withEdit, type PhotoEdit } from './owner-edit.ts';
import { opensPostsWindow, POSTS_WINDOW, sendPostsRef } from './posts-mail.ts';
import { claimRow, photoRow, userRow } from './rows.ts';
import type { Photo, User } from './shapes.ts';
import { irreplaceableBytes, irreplaceableObjects } from './stored-objects.ts';

/** What a new photo needs to be told; the rest follows from the moment and the user. */
export type NewPhoto = Omit<
  Photo,
  | 'user'
  | 'postedAt'
  | 'posted'
  | 'favourite'
  | 'archived'
  | 'state'
  | 'processing'
  | 'trashedAt'
  | 'revision'
  | 'changed'
>;

/** What a job may report about a photo. Not an edit: the revision stays, so that no `If-Match` fails for it. */
export type PhotoProgress = Partial<
  Pick<Photo, 'state' | 'recipe' | 'processing' | 'placeholder' | 'color' | 'digest' | 'width' | 'height'>
>;

/** What may become of photos. Lists, day counts, feed, claims and totals stay true to it. */
export interface PhotoChanges {
  /** Throws `not-found`. */
  photo(id: PhotoId): Promise<Photo>;
  /** Those of them that are there. */
  photos(ids: readonly PhotoId[]): Promise<Photo[]>;
  /** The photos of this user that have these bytes. */
  claimed(sha256: string): Promise<Photo[]>;
  addPhoto(photo: NewPhoto): Promise<Photo>;
  edit(id: PhotoId, edit: PhotoEdit): Promise<Photo>;
  progress(id: PhotoId, progress: PhotoProgress): Promise<Photo>;
  /** Gives a photo the digest that its bytes turned out to have, in place of one that was only claimed. */
  correctDigest(id: PhotoId, sha256: string): Promise<Photo>;
  trash(id: PhotoId): Promise<Photo>;
  restore(id: PhotoId): Promise<Photo>;
  /** Takes photos away for good; their objects go by a task. Other photos of the same bytes have their own. */
  erase(photos: readonly Photo[]): Promise<void>;
  /** Drops tombstones among these photos, and raises the floor of the change feed, which cannot tell of them any more. */
  forget(ids: readonly PhotoId[]): Promise<void>;
  /** Has objects removed, by a task, that no photo refers to. */
  discard(objects: readonly string[]): void;
  /** The same for all objects whose names begin so. */
  discardAll(prefix: string): void;
}

export interface PhotoChangeDeps {
  id: UserId;
  overlay: Overlay;
  now: number;
  user(): Promise<User>;
  enqueue<P>(job: JobRef<P>, payload: P, notBefore?: number): void;
  /** Notes an event of the account. */
  note(kind: EventKind, about?: { photo?: PhotoId; photos?: number }): Promise<void>;
}

export function photoChanges({ id, overlay, now, user, enqueue, note }: PhotoChangeDeps): PhotoChanges {
  const photo = async (photoId: PhotoId) => {
    const found = await overlay.read(photoRow(photoId));
    if (!found || isErased(found)) throw new AppError('not-found', 'There is no such photo.');
    return found;
  };
  const photos = async (ids: readonly PhotoId[]) => {
    await overlay.prefetch(ids.map(photoRow));
    const found = await Promise.all(ids.map((photoId) => overlay.read(photoRow(photoId))));
    return found.filter((one) => one !== undefined).filter((one) => !isErased(one));
  };
  const putAndNote = async (kind: EventKind, before: Photo | undefined, after: Photo) => {
    const changed = await put(before, after);
    await note(kind, { photo: after.id });
    return changed;
  };
  const put = async (before: Photo | undefined, after: Photo) => writePhoto(overlay, await user(), before, after);

  return {
    photo,
    photos,
    async claimed(sha256) {
      return photos((await overlay.read(claimRow(sha256)))?.photos ?? []);
    },
    async addPhoto(added) {
      await joinClaim(overlay, added);
      const { sequence, lastPostedAt } = await user();
      const postedAt = Math.max(now, lastPostedAt);
      const photo = await putAndNote('upload', undefined, { ...added, ...fresh(id, postedAt, sequence + 1) });
      const owner = { ...(await user()), lastPostedAt: postedAt };
      overlay.write(userRow, owner);
      if (opensPostsWindow(owner, now)) {
        overlay.write(userRow, { ...owner, postsMailFrom: now });
        enqueue(sendPostsRef, { user: id, from: now }, now + POSTS_WINDOW);
      }
      return photo;
    },
    async edit(photoId, edit) {
      const before = await photo(photoId);
      return putAndNote('edit', before, { ...withEdit(before, edit), revision: before.revision + 1 });
    },
    async progress(photoId, progress) {
      const before = await photo(photoId);
      return put(before, { ...before, ...progress });
    },
    async correctDigest(photoId, sha256) {
      const before = await photo(photoId);
      const after = { ...before, sha256, digest: 'proved' as const };
      await releaseClaim(overlay, before);
      await joinClaim(overlay, after);
      return put(before, after);
    },
    async trash(photoId) {
      const before = await photo(photoId);
      if (before.trashedAt !== null) return before;
      return putAndNote('trash', before, { ...before, trashedAt: now, revision: before.revision + 1 });
    },
    async restore(photoId) {
      const before = await photo(photoId);
      if (before.trashedAt === null) return before;
      return putAndNote('restore', before, { ...before, trashedAt: null, revision: before.revision + 1 });
    },
    async erase(doomed) {
      for (const before of doomed) {
        await releaseClaim(overlay, before);
        await put(before, { ...tombstoneOf(before, now), revision: before.revision + 1 });
      }
      if (doomed.length > 0) await note('erase', { photos: doomed.length });
      const objects = doomed.flatMap(irreplaceableObjects);
      if (doomed.length > 0) enqueue(eraseObjectsRef, { user: id, objects, photos: doomed.map((each) => each.id) });
    },
    forget: async (ids) => dropTombstones(overlay, await user(), ids),
    discardAll: (prefix) => enqueue(eraseObjectsRef, { user: id, objects: [], photos: [], prefixes: [prefix] }),
    discard(objects) {
      if (objects.length > 0) enqueue(eraseObjectsRef, { user: id, objects: [...objects], photos: [] });
    },
  };
}

const fresh = (user: UserId, postedAt: number, sequence: number) => ({
  user,
  postedAt,
  posted: sequence,
  favourite: false,
  archived: false,
  state: 'pending' as const,
  processing: { attempts: 0, lastError: null, nextAttemptAt: null },
  trashedAt: null,
  revision: 1,
  changed: sequence,
});

/** Writes a photo as the next change of its owner, and keeps counts and days true to it. */
async function writePhoto(overlay: Overlay, owner: User, before: Photo | undefined, after: Photo): Promise<Photo> {
  const changed = { ...after, changed: owner.sequence + 1 };
  overlay.write(photoRow(after.id), changed);
  await countDays(overlay, before, changed);
  const shown = Number(changed.trashedAt === null) - Number(before !== undefined && before.trashedAt === null);
  const bytes = irreplaceableBytes(changed) - (before ? irreplaceableBytes(before) : 0);
  const totals = { photos: owner.photos + shown, bytes: owner.bytes + bytes };
  overlay.write(userRow, { ...owner, ...totals, sequence: changed.changed });
  return changed;
}

async function dropTombstones(overlay: Overlay, owner: User, ids: readonly PhotoId[]): Promise<void> {
  await overlay.prefetch(ids.map(photoRow));
  const rows = await Promise.all(ids.map((id) => overlay.read(photoRow(id))));
  const tombstones = rows.filter((row) => row !== undefined).filter(isErased);
  for (const { id } of tombstones) overlay.write(photoRow(id), undefined);
  const feedFloor = Math.max(owner.feedFloor, ...tombstones.map(({ changed }) => changed));
  overlay.write(userRow, { ...owner, feedFloor });
}
