import type { AccountChanges } from './account-changes.ts';
import type { ChangeContext } from './change-context.ts';
import { addToContentIndex, removeFromContentIndex } from './content-index.ts';
import { updateDayCounts } from './day-counts.ts';
import { absent, eraseObjectsRef, isErased, tombstoneOf } from './erasure.ts';
import type { EventChanges, EventKind } from './events.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import type { Entities } from '../commit/unit-of-work.ts';
import { withEdit, type PhotoEdit } from './owner-edit.ts';
import { contentRef, photoRef, userRef } from '../model/entity-refs.ts';
import type { Photo, RejectionReason, User } from '../model/records.ts';
import { irreplaceableBytes, irreplaceableObjects } from '../model/stored-objects.ts';
import { timed } from '../model/zone-time.ts';

/** What a new photo is made of. The rest follows from the time and the user. */
type NewPhoto = Omit<
  Photo,
  | 'user'
  | 'postedAt'
  | 'posted'
  | 'favourite'
  | 'archived'
  | 'state'
  | 'processing'
  | 'rotation'
  | 'rotations'
  | 'trashedAt'
  | 'revision'
  | 'changed'
> & {
  /** When its variants are expected, in milliseconds since the Unix epoch; null when that is soon or not known. */
  expectedAtMs: number | null;
};

/** What a job may report about a photo. Not an edit: the revision stays the same, so no `If-Match` fails because of it. */
export type PhotoProgress = Partial<
  Pick<
    Photo,
    | 'state'
    | 'recipe'
    | 'processing'
    | 'placeholder'
    | 'color'
    | 'endsEarly'
    | 'digest'
    | 'width'
    | 'height'
    | 'preview'
    | 'foundPlace'
  >
>;

/** How photos change. Lists, day counts, feed, content index and totals follow. */
export interface PhotoChanges {
  /** @throws AppError not-found, and gone for a photo that was rejected */
  get(id: PhotoId): Promise<Photo>;
  /** Those of them that exist. */
  getMany(ids: readonly PhotoId[]): Promise<Photo[]>;
  /** The photos of this user that have these bytes. */
  withBytes(sha256: string): Promise<Photo[]>;
  add(photo: NewPhoto): Promise<Photo>;
  edit(id: PhotoId, edit: PhotoEdit): Promise<Photo>;
  progress(id: PhotoId, progress: PhotoProgress): Promise<Photo>;
  /** Sets the albums that a photo is in, with its rank in each. Not an edit: the revision stays the same. */
  setAlbums(id: PhotoId, albums: Readonly<Record<string, string>>): Promise<Photo>;
  trash(id: PhotoId): Promise<Photo>;
  restore(id: PhotoId): Promise<Photo>;
  /**
   * Erases photos, because their owner asked for it or for a reason of the service. A task removes their objects. Other
   * photos of the same bytes have their own objects.
   */
  erase(photos: readonly Photo[], reason?: RejectionReason): Promise<void>;
  /** Deletes the tombstones among these photos, and raises the floor of the change feed, which no longer reports them. */
  dropTombstones(ids: readonly PhotoId[]): Promise<void>;
}

interface PhotoChangeDeps {
  account: Pick<AccountChanges, 'read'>;
  events: Pick<EventChanges, 'note'>;
  /** What features do in the same change. */
  rules: {
    changed(before: Photo | undefined, after: Photo): Promise<void>;
    added(photo: Photo): Promise<void>;
    erased(photos: readonly Photo[]): Promise<void>;
  };
}

export function photoChanges(context: ChangeContext, deps: PhotoChangeDeps): PhotoChanges {
  const { userId, entities, now, outbox } = context;
  const { account, events, rules } = deps;
  const get = async (id: PhotoId) => {
    const found = await entities.read(photoRef(id));
    if (!found || isErased(found)) throw absent(found);
    return found;
  };
  const getMany = async (ids: readonly PhotoId[]) => {
    await entities.prefetch(ids.map(photoRef));
    const found = await Promise.all(ids.map((id) => entities.read(photoRef(id))));
    return found.filter((photo) => photo !== undefined).filter((photo) => !isErased(photo));
  };
  const putAndNote = async (kind: EventKind, before: Photo | undefined, after: Photo) => {
    const changed = await put(before, after);
    await events.note(kind, { photo: after.id });
    return changed;
  };
  const put = async (before: Photo | undefined, after: Photo) => {
    const changed = await writePhoto(entities, await account.read(), before, after);
    await rules.changed(before, changed);
    return changed;
  };

  return {
    get,
    getMany,
    async withBytes(sha256) {
      return getMany((await entities.read(contentRef(sha256)))?.photos ?? []);
    },
    async add({ expectedAtMs, ...added }) {
      await addToContentIndex(entities, added);
      const { sequence, lastPostedAt, timeZone: zone } = await account.read();
      const postedAt = Math.max(now, lastPostedAt);
      const processing = { attempts: 0, lastError: null, nextAttemptAt: expectedAtMs };
      const stored = { ...timed(added, zone), ...fresh(userId, postedAt, sequence + 1), processing };
      const photo = await putAndNote('upload', undefined, stored);
      entities.write(userRef, { ...(await account.read()), lastPostedAt: postedAt });
      await rules.added(photo);
      return photo;
    },
    async edit(id, edit) {
      const before = await get(id);
      const edited = { ...withEdit(before, edit, now), revision: before.revision + 1 };
      const after = edit.takenAt === undefined ? edited : timed(edited, (await account.read()).timeZone);
      return putAndNote('edit', before, after);
    },
    async progress(id, progress) {
      const before = await get(id);
      return put(before, { ...before, ...progress });
    },
    async setAlbums(id, albums) {
      const before = await get(id);
      return put(before, { ...before, albums: Object.keys(albums).length > 0 ? albums : undefined });
    },
    async trash(id) {
      const before = await get(id);
      if (before.trashedAt !== null) return before;
      return putAndNote('trash', before, { ...before, trashedAt: now, revision: before.revision + 1 });
    },
    async restore(id) {
      const before = await get(id);
      if (before.trashedAt === null) return before;
      return putAndNote('restore', before, { ...before, trashedAt: null, revision: before.revision + 1 });
    },
    async erase(photos, reason) {
      if (photos.length === 0) return;
      for (const before of photos) {
        await removeFromContentIndex(entities, before);
        await put(before, { ...tombstoneOf(before, now, reason), revision: before.revision + 1 });
        if (reason) await events.note('reject', { photo: before.id });
      }
      if (!reason) await events.note('erase', { photos: photos.length });
      const objects = photos.flatMap(irreplaceableObjects);
      outbox.enqueue(eraseObjectsRef, { user: userId, objects, photos: photos.map(({ id }) => id) });
      await rules.erased(photos);
    },
    dropTombstones: async (ids) => dropTombstones(entities, await account.read(), ids),
  };
}

const fresh = (user: UserId, postedAt: number, sequence: number) => ({
  user,
  postedAt,
  posted: sequence,
  favourite: false,
  archived: false,
  state: 'pending' as const,
  rotation: 0 as const,
  rotations: 0,
  trashedAt: null,
  revision: 1,
  changed: sequence,
});

/** Writes a photo as the next change of its owner, and updates counts and days. */
async function writePhoto(entities: Entities, owner: User, before: Photo | undefined, after: Photo): Promise<Photo> {
  const changed = { ...after, changed: owner.sequence + 1 };
  entities.write(photoRef(after.id), changed);
  await updateDayCounts(entities, before, changed);
  const shown = Number(changed.trashedAt === null) - Number(before !== undefined && before.trashedAt === null);
  const bytes = irreplaceableBytes(changed) - (before ? irreplaceableBytes(before) : 0);
  const totals = { photos: owner.photos + shown, bytes: owner.bytes + bytes };
  entities.write(userRef, { ...owner, ...totals, sequence: changed.changed });
  return changed;
}

async function dropTombstones(entities: Entities, owner: User, ids: readonly PhotoId[]): Promise<void> {
  await entities.prefetch(ids.map(photoRef));
  const photos = await Promise.all(ids.map((id) => entities.read(photoRef(id))));
  const tombstones = photos.filter((photo) => photo !== undefined).filter(isErased);
  for (const { id } of tombstones) entities.write(photoRef(id), undefined);
  const feedFloor = Math.max(owner.feedFloor, ...tombstones.map(({ changed }) => changed));
  entities.write(userRef, { ...owner, feedFloor });
}
