import { PropertyFilter, type Datastore, type Key, type Query } from '@google-cloud/datastore';
import type { UserId } from '../../runtime/ids.ts';
import { OutboxKind, PhotoKind, UploadKind, UserKind } from '../model/entity-kinds.ts';
import { keyOfEntity, keyOf, type Kind, type Properties } from '../model/kind.ts';
import type { Photo, Upload } from '../model/records.ts';

/** An entity whose user is deleted. */
interface Orphan<T> {
  key: Key;
  value: T;
}

/** The entities of a user whose own entity is deleted: nothing else changes them. Strongly consistent. */
export interface Orphans {
  photos(limit: number): Promise<Orphan<Photo>[]>;
  uploads(limit: number): Promise<Orphan<Upload>[]>;
  /** Entities of all other kinds, except the outbox: its sweep deletes them. */
  others(limit: number): Promise<Key[]>;
  delete(keys: Key[]): Promise<void>;
}

export function orphansOf(datastore: Datastore, user: UserId): Orphans {
  const root = keyOf(datastore, user, UserKind);
  const run = async (query: Query, limit: number) =>
    ((await datastore.runQuery(query.hasAncestor(root).limit(limit))) as [Properties[], unknown])[0];
  const orphans = async <T>(kind: Kind<T>, limit: number) =>
    (await run(datastore.createQuery(kind.name), limit)).map((entity) => {
      const key = keyOfEntity(datastore, entity);
      return { key, value: kind.decode(entity, key) };
    });
  return {
    photos: (limit) => orphans(PhotoKind, limit),
    uploads: (limit) => orphans(UploadKind, limit),
    async others(limit) {
      const outbox = (name: string) => keyOf(datastore, user, OutboxKind, name);
      const before = new PropertyFilter('__key__', '<', outbox('\u0000'));
      const after = new PropertyFilter('__key__', '>', outbox('\uffff'));
      const found = await Promise.all(
        [before, after].map((part) => run(datastore.createQuery().filter(part).select('__key__'), limit)),
      );
      return found.flat().map((entity) => keyOfEntity(datastore, entity));
    },
    async delete(keys) {
      if (keys.length > 0) await datastore.delete(keys);
    },
  };
}
