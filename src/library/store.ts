import type { Datastore, Key, Transaction } from '@google-cloud/datastore';
import { PropertyFilter } from '@google-cloud/datastore';
import { isErased } from './erasure.ts';
import type { PhotoId, UploadId, UserId } from './ids.ts';
import { ClaimKind, keyOf, photoKey, PhotoKind, UploadKind, UserKind, type Kind, type Properties } from './kinds.ts';
import { lookUp } from './lookup.ts';
import type { Claim, Photo, Upload, User } from './shapes.ts';

/** The orders of a timeline, of the trash and of the change feed, by the property that holds the position. */
export type PositionProperty = 'timelineKey' | 'postedKey' | 'trashKey' | 'changedKey';

/** Which stretch of a shelf to read: at most `limit` photos beyond a position, towards older or newer ones. */
export interface Stretch {
  by: PositionProperty;
  limit: number;
  towards: 'older' | 'newer';
  /** A position that was handed out earlier; not part of the stretch itself. */
  from?: string;
}

/** Photos in the order of reading, and the user at the very same moment. */
export interface ReadStretch {
  user: User;
  photos: Photo[];
}

/** Strongly consistent reads of one user's data: lookups and ancestor queries, nothing else. */
export interface Store {
  user(user: UserId): Promise<User | undefined>;
  /** Undefined also for one that has been erased. */
  photo(user: UserId, photo: PhotoId): Promise<Photo | undefined>;
  /** Those of them that are there; a thousand cost one lookup. */
  photos(user: UserId, ids: readonly PhotoId[]): Promise<Photo[]>;
  /** In the order asked. */
  uploads(user: UserId, ids: readonly UploadId[]): Promise<(Upload | undefined)[]>;
  /** In the order asked. */
  claims(user: UserId, digests: readonly string[]): Promise<(Claim | undefined)[]>;
  /** One read-only transaction, so that the page and the sequence that labels it are one moment. */
  stretch(user: UserId, stretch: Stretch): Promise<ReadStretch | undefined>;
}

export function createStore(datastore: Datastore): Store {
  const get = <T>(key: Key, kind: Kind<T>) => lookup(datastore, key, kind);
  const many = <T>(user: UserId, kind: Kind<T>, names: readonly string[]) => {
    const wanted = names.map((name) => ({ key: keyOf(datastore, user, kind, name), kind }));
    return lookUp(datastore, datastore, wanted);
  };
  return {
    user: (user) => get(keyOf(datastore, user, UserKind), UserKind),
    async photo(user, id) {
      const photo = await get(photoKey(datastore, user, id), PhotoKind);
      return photo && isErased(photo) ? undefined : photo;
    },
    async photos(user, ids) {
      const found = await many(user, PhotoKind, ids);
      return found.filter((photo) => photo !== undefined).filter((photo) => !isErased(photo));
    },
    uploads: (user, ids) => many(user, UploadKind, ids),
    claims: (user, digests) => many(user, ClaimKind, digests),
    async stretch(user, stretch) {
      const tx = datastore.transaction({ readOnly: true });
      const owner = await lookup(tx, keyOf(datastore, user, UserKind), UserKind);
      if (!owner) return undefined;
      const [entities] = (await tx.runQuery(queryFor(datastore, user, stretch))) as [Properties[], unknown];
      return { user: owner, photos: entities.map((entity) => PhotoKind.decode(entity)) };
    },
  };
}

async function lookup<T>(reader: Datastore | Transaction, key: Key, kind: Kind<T>): Promise<T | undefined> {
  const [entity] = (await reader.get(key)) as [Properties | undefined];
  return entity && kind.decode(entity);
}

function queryFor(datastore: Datastore, user: UserId, { by, limit, towards, from }: Stretch) {
  const older = towards === 'older';
  const query = datastore
    .createQuery(PhotoKind.name)
    .hasAncestor(keyOf(datastore, user, UserKind))
    .order(by, { descending: older })
    .limit(limit);
  return from === undefined ? query : query.filter(new PropertyFilter(by, older ? '<' : '>', from));
}
