import type { JobRef } from '../model/job-ref.ts';
import { addToContentIndex, removeFromContentIndex } from './content-index.ts';
import { countDays } from './day-counts.ts';
import { absent, eraseObjectsRef, isErased, tombstoneOf } from './erasure.ts';
import type { EventKind } from './events.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import type { UnitOfWork } from '../commit/unit-of-work.ts';
import { withEdit, type PhotoEdit } from './owner-edit.ts';
import { opensPostsWindow, POSTS_WINDOW, sendPostsRef } from './posts-mail.ts';
import { contentRef, photoRef, userRef } from '../model/entity-refs.ts';
import type { Photo, RejectionReason, User } from '../model/records.ts';
import { irreplaceableBytes, irreplaceableObjects } from '../model/stored-objects.ts';
import { timed } from '../model/zone-time.ts';

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
  Pick<Photo, 'state' | 'recipe' | 'processing' | 'placeholder' | 'color' | 'digest' | 'width' | 'height' | 'preview'>
>;

/** What may become of photos. Lists, day counts, feed, claims and totals stay true to it. */
export interface PhotoChanges {
  /** Throws `not-found`, and `gone` for one that was rejected. */
  photo(id: PhotoId): Promise<Photo>;
  /** Those of them that are there. */
  photos(ids: readonly PhotoId[]): Promise<Photo[]>;
  /** The photos of this user that have these bytes. */
  claimed(sha256: string): Promise<Photo[]>;
  addPhoto(photo: NewPhoto): Promise<Photo>;
  edit(id: PhotoId, edit: PhotoEdit): Promise<Photo>;
  progress(id: PhotoId, progress: PhotoProgress): Promise<Photo>;
  trash(id: PhotoId): Promise<Photo>;
  restore(id: PhotoId): Promise<Photo>;
  /**
   * Erases photos for good, by their owner's wish or for a reason of the service. A task removes their objects. Other
   * photos of the same bytes have their own.
   */
  erase(photos: readonly Photo[], reason?: RejectionReason): Promise<void>;
  /** Drops tombstones among these photos, and raises the floor of the change feed, which cannot tell of them any more. */
  forget(ids: readonly PhotoId[]): Promise<void>;
  /** Has objects removed, by a task, that no photo refers to. */
  discard(objects: readonly string[]): void;
  /** The same for all objects whose names begin so. */
  discardAll(prefix: string): void;
}

export interface PhotoChangeDeps {
  id: UserId;
  overlay: UnitOfWork;
  now: number;
  /** After how many milliseconds a photo added now is decoded, if that is known and long. */
  decodedAfter: number | undefined;
  user(): Promise<User>;
  enqueue<P>(job: JobRef<P>, payload: P, notBefore?: number): void;
  /** Notes an event of the account. */
  note(kind: EventKind, about?: { photo?: PhotoId; photos?: number }): Promise<void>;
}

export function photoChanges(deps: PhotoChangeDeps): PhotoChanges {
  const { id, overlay, now, decodedAfter, user, enqueue, note } = deps;
  const photo = async (photoId: PhotoId) => {
    const found = await overlay.read(photoRef(photoId));
    if (!found || isErased(found)) throw absent(found);
    return found;
  };
  const photos = async (ids: readonly PhotoId[]) => {
    await overlay.prefetch(ids.map(photoRef));
    const found = await Promise.all(ids.map((photoId) => overlay.read(photoRef(photoId))));
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
      return photos((await overlay.read(contentRef(sha256)))?.photos ?? []);
    },
    async addPhoto(added) {
      await addToContentIndex(overlay, added);
      const { sequence, lastPostedAt, timeZone: zone } = await user();
      const postedAt = Math.max(now, lastPostedAt);
      const nextAttemptAt = decodedAfter === undefined ? null : now + decodedAfter;
      const processing = { attempts: 0, lastError: null, nextAttemptAt };
      const stored = { ...timed(added, zone), ...fresh(id, postedAt, sequence + 1), processing };
      const photo = await putAndNote('upload', undefined, stored);
      const owner = { ...(await user()), lastPostedAt: postedAt };
      overlay.write(userRef, owner);
      if (opensPostsWindow(owner, now)) {
        overlay.write(userRef, { ...owner, postsMailFrom: now });
        enqueue(sendPostsRef, { user: id, from: now }, now + POSTS_WINDOW);
      }
      return photo;
    },
    async edit(photoId, edit) {
      const before = await photo(photoId);
      const edited = { ...withEdit(before, edit), revision: before.revision + 1 };
      return putAndNote('edit', before, edit.takenAt === undefined ? edited : timed(edited, (await user()).timeZone));
    },
    async progress(photoId, progress) {
      const before = await photo(photoId);
      return put(before, { ...before, ...progress });
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
    async erase(meant, reason) {
      if (meant.length === 0) return;
      for (const before of meant) {
        await removeFromContentIndex(overlay, before);
        await put(before, { ...tombstoneOf(before, now, reason), revision: before.revision + 1 });
        if (reason) await note('reject', { photo: before.id });
      }
      if (!reason) await note('erase', { photos: meant.length });
      const objects = meant.flatMap(irreplaceableObjects);
      enqueue(eraseObjectsRef, { user: id, objects, photos: meant.map((each) => each.id) });
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
  trashedAt: null,
  revision: 1,
  changed: sequence,
});

/** Writes a photo as the next change of its owner, and keeps counts and days true to it. */
async function writePhoto(overlay: UnitOfWork, owner: User, before: Photo | undefined, after: Photo): Promise<Photo> {
  const changed = { ...after, changed: owner.sequence + 1 };
  overlay.write(photoRef(after.id), changed);
  await countDays(overlay, before, changed);
  const shown = Number(changed.trashedAt === null) - Number(before !== undefined && before.trashedAt === null);
  const bytes = irreplaceableBytes(changed) - (before ? irreplaceableBytes(before) : 0);
  const totals = { photos: owner.photos + shown, bytes: owner.bytes + bytes };
  overlay.write(userRef, { ...owner, ...totals, sequence: changed.changed });
  return changed;
}

async function dropTombstones(overlay: UnitOfWork, owner: User, ids: readonly PhotoId[]): Promise<void> {
  await overlay.prefetch(ids.map(photoRef));
  const rows = await Promise.all(ids.map((id) => overlay.read(photoRef(id))));
  const tombstones = rows.filter((row) => row !== undefined).filter(isErased);
  for (const { id } of tombstones) overlay.write(photoRef(id), undefined);
  const feedFloor = Math.max(owner.feedFloor, ...tombstones.map(({ changed }) => changed));
  overlay.write(userRef, { ...owner, feedFloor });
}
