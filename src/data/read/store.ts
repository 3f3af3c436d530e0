import { PropertyFilter, type Datastore, type Key } from '@google-cloud/datastore';
import { accountErased, isErased } from '../rules/erasure.ts';
import type { AlbumId, PhotoId, UploadId, UserId } from '../../runtime/ids.ts';
import { ContentKind, photoKey, PhotoKind, UploadKind, UserKind } from '../model/entity-kinds.ts';
import { keyOfEntity, keyOf, type Kind, type Properties } from '../model/kind.ts';
import { createRawReads } from './raw-reads.ts';
import { readSnapshot, type Snapshot, type SnapshotDeps, type IndexRange } from './snapshot.ts';
import { keyOfRef, type EntityRef } from '../model/entity-refs.ts';
import type { ContentEntry, Photo, Upload, User } from '../model/records.ts';
import { batchedLookups } from './batched-lookups.ts';
import { countTiles, type TileCounts } from './count-tiles.ts';

/** Photos in the order of reading, and the user in the same snapshot. */
interface RangeWithUser {
  user: User;
  photos: Photo[];
}

/** Strongly consistent reads of one user's data: lookups and ancestor queries, nothing else. */
export interface Store {
  user(user: UserId): Promise<User | undefined>;
  /** The user that a handle leads to. */
  userOfHandle(handle: string): Promise<UserId | undefined>;
  /** Undefined also for a photo that was erased. */
  photo(user: UserId, photo: PhotoId): Promise<Photo | undefined>;
  /** The photo, or its tombstone. */
  photoOrTombstone(user: UserId, photo: PhotoId): Promise<Photo | undefined>;
  /** Those of them that exist; a thousand cost one lookup. */
  photos(user: UserId, ids: readonly PhotoId[]): Promise<Photo[]>;
  /** The next photos in the order of their ids, tombstones among them. */
  photosAfter(user: UserId, after: string, limit: number): Promise<Photo[]>;
  /** Photos of an album in no order, at most `limit`, those in the trash among them. */
  photosInAlbum(user: UserId, album: AlbumId, limit: number): Promise<PhotoId[]>;
  /** One entity of the user's group, also of a kind that a feature has defined. */
  entity<T>(user: UserId, ref: EntityRef<T>): Promise<T | undefined>;
  /** All entities of a kind of the user's group, in no order: for kinds of which there are few. */
  entities<T>(user: UserId, kind: Kind<T>): Promise<T[]>;
  /** In the order asked. */
  uploads(user: UserId, ids: readonly UploadId[]): Promise<(Upload | undefined)[]>;
  /** All that may still become photos, in no order; there are at most 200. */
  openUploads(user: UserId): Promise<Upload[]>;
  tileCounts(user: UserId): Promise<TileCounts>;
  /** In the order asked. */
  contentEntries(user: UserId, checksums: readonly string[]): Promise<(ContentEntry | undefined)[]>;
  /** Runs `read` on one snapshot: one read-only transaction. Undefined without the user. */
  snapshot<T>(user: UserId, read: (snapshot: Snapshot) => Promise<T>): Promise<T | undefined>;
  /** One range, and the user in the same snapshot. */
  range(user: UserId, range: IndexRange): Promise<RangeWithUser | undefined>;
}

export function createStore(datastore: Datastore, onTileFault?: SnapshotDeps['onTileFault']): Store {
  const rawReads = createRawReads(datastore);
  const lookUp = batchedLookups(rawReads);
  const get = async <T>(key: Key, kind: Kind<T>) => {
    const [row] = await lookUp([key]);
    return row && kind.decode(row, key);
  };
  const many = async <T>(user: UserId, kind: Kind<T>, names: readonly string[]) => {
    const keys = names.map((name) => keyOf(datastore, user, kind, name));
    const found = await lookUp(keys);
    return keys.map((key, index) => found[index] && kind.decode(found[index], key));
  };
  const photoOrTombstone = (user: UserId, id: PhotoId) => get(photoKey(datastore, user, id), PhotoKind);
  const snapshot: Store['snapshot'] = (user, read) => readSnapshot({ datastore, rawReads, onTileFault }, user, read);
  return {
    snapshot,
    user: (user) => get(keyOf(datastore, user, UserKind), UserKind),
    async userOfHandle(handle) {
      const [found] = await lookUp([datastore.key(['Handle', handle])]);
      return found?.['user'] as UserId | undefined;
    },
    async photo(user, id) {
      const photo = await photoOrTombstone(user, id);
      return photo && isErased(photo) ? undefined : photo;
    },
    photoOrTombstone,
    async photos(user, ids) {
      const found = await many(user, PhotoKind, ids);
      return found.filter((photo) => photo !== undefined).filter((photo) => !isErased(photo));
    },
    async photosAfter(user, after, limit) {
      const all = datastore
        .createQuery(PhotoKind.name)
        .hasAncestor(keyOf(datastore, user, UserKind))
        .limit(limit);
      const query =
        after === ''
          ? all
          : all.filter(new PropertyFilter('__key__', '>', photoKey(datastore, user, after as PhotoId)));
      const [entities] = (await datastore.runQuery(query)) as [Properties[], unknown];
      return entities.map((entity) => PhotoKind.decode(entity, keyOfEntity(datastore, entity)));
    },
    async photosInAlbum(user, album, limit) {
      const ancestor = keyOf(datastore, user, UserKind);
      const filters = [['albums', '=', album]] as const;
      const rows = await rawReads.query({ kind: PhotoKind.name, ancestor, filters, select: ['__key__'], limit });
      return rows.map((row) => row.path.at(-1)?.name as PhotoId);
    },
    entity: (user, ref) => get(keyOfRef(datastore, user, ref), ref.kind),
    async entities(user, kind) {
      const rows = await rawReads.query({ kind: kind.name, ancestor: keyOf(datastore, user, UserKind) });
      return rows.map((row) => kind.decode(row.properties, row));
    },
    uploads: (user, ids) => many(user, UploadKind, ids),
    async openUploads(user) {
      const ancestor = keyOf(datastore, user, UserKind);
      const rows = await rawReads.query({ kind: UploadKind.name, ancestor, filters: [['open', '=', true]] });
      return rows.map((row) => UploadKind.decode(row.properties, row));
    },
    tileCounts: (user) => countTiles(datastore, user),
    contentEntries: (user, checksums) => many(user, ContentKind, checksums),
    range: (user, range) =>
      snapshot(user, async ({ user: owner, photos: read }) => ({ user: owner, photos: await read(range) })),
  };
}

/**
 * The user of a request.
 * @throws AppError account-erased
 */
export async function requireUser({ store }: { store: Pick<Store, 'user'> }, id: UserId): Promise<User> {
  const user = await store.user(id);
  if (!user) throw accountErased();
  return user;
}
