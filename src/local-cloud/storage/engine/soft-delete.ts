import { noSuchObject } from '../storage-error.ts';
import { getBucket } from './buckets.ts';
import { nextGeneration, type Engine } from './engine.ts';
import type { SoftDeletedObject, StoredObject } from './object.ts';
import { checkNothingInTheWay, retire, type ObjectRef } from './objects.ts';
import type { Preconditions } from './preconditions.ts';

/** One generation of an object that was deleted softly. */
export type SoftDeletedRef = Required<ObjectRef> & { generation: number };

export function getSoftDeleted(engine: Engine, ref: SoftDeletedRef): SoftDeletedObject {
  getBucket(engine, ref.bucket);
  const object = engine.store.softDeleted.get(ref.bucket, ref.name, ref.generation);
  if (!object) throw noSuchObject(ref.bucket, ref.name);
  return object;
}

/** Restores a soft-deleted generation as a new live one. The live object of that name is retired. */
export function restoreObject(engine: Engine, ref: SoftDeletedRef, wanted: Preconditions): StoredObject {
  const { store, clock } = engine;
  return store.transaction(() => {
    const { softDeleted: _deleted, hardDelete: _end, ...former } = getSoftDeleted(engine, ref);
    const replaced = checkNothingInTheWay(engine, { ...ref, wanted });
    retire(engine, replaced);
    const created = clock.now();
    const version = { generation: nextGeneration(engine), metageneration: 1, created, updated: created };
    const object = { ...former, ...version, noncurrent: null, holdReleased: null };
    store.softDeleted.remove(ref);
    store.objects.put(object);
    return object;
  });
}

/** Removes soft-deleted generations whose retention is over. */
export function purgeSoftDeleted({ store, clock }: Engine): void {
  const due = store.softDeleted.dueAt(clock.now());
  if (due.length === 0) return;
  store.transaction(() => {
    for (const object of due) {
      store.softDeleted.remove(object);
      store.drop(object.blob);
    }
  });
}
