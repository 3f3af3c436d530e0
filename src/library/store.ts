import type { Datastore, Key } from '@google-cloud/datastore';
import { isErased } from './erasure.ts';
import type { PhotoId, UploadId, UserId } from './ids.ts';
import { ClaimKind, keyOf, photoKey, PhotoKind, UploadKind, UserKind, type Kind, type Properties } from './kinds.ts';
import { lookUp } from './lookup.ts';
import { readMoment, type Moment, type Stretch } from './moment.ts';
import type { Claim, Photo, Upload, User } from './shapes.ts';

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
  /** What `read` finds out of one moment: one read-only transaction. Undefined without the user. */
  moment<T>(user: UserId, read: (moment: Moment) => Promise<T>): Promise<T | undefined>;
  /** One stretch, and the user at that moment. */
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
    moment: (user, read) => readMoment(datastore, user, read),
    stretch: (user, stretch) =>
      readMoment(datastore, user, async (moment) => ({ user: moment.user, photos: await moment.stretch(stretch) })),
  };
}

async function lookup<T>(datastore: Datastore, key: Key, kind: Kind<T>): Promise<T | undefined> {
  const [entity] = (await datastore.get(key)) as [Properties | undefined];
  return entity && kind.decode(entity);
}
