import { noSuchObject } from '../storage-error.ts';
import type { BucketFields } from './bucket-fields.ts';
import { getBucket } from './buckets.ts';
import { nextGeneration, type Engine } from './engine.ts';
import { mergeFields } from './merge-fields.ts';
import { checkObjectName, type Content, type ObjectFields, type StoredObject, type Target } from './object.ts';
import { checkPreconditions, type Preconditions } from './preconditions.ts';
import { checkRemovable } from './retention.ts';

/** Which object is meant: the live one, or one generation. */
export interface ObjectRef {
  bucket: string;
  name: string;
  generation?: number | undefined;
}

/**
 * Refuses a write to `target` before its bytes are received.
 * @throws StorageError as `checkPlace` does; conditionNotMet, notModified when a precondition does not hold
 */
export function checkTarget(engine: Engine, target: Omit<Target, 'fields'>): void {
  checkPlace(engine, target);
  checkPreconditions(engine.store.objects.live(target.bucket, target.name), target.wanted);
}

/**
 * Refuses a bucket that does not exist, and a name that no object can have.
 * @throws StorageError noSuchBucket, required, invalid
 */
export function checkPlace(engine: Engine, { bucket, name }: Pick<Target, 'bucket' | 'name'>): void {
  getBucket(engine, bucket);
  checkObjectName(name);
}

/** Makes arrived bytes the live generation of their name. */
export function putObject(engine: Engine, target: Target, content: Content): Promise<StoredObject> {
  return engine.store.groupCommit(() => writeObject(engine, target, content));
}

/** Runs inside a transaction, so that check and write are one step: one of two creators of a name wins. */
export function writeObject(engine: Engine, target: Target, content: Content): StoredObject {
  const { store, clock } = engine;
  retire(engine, checkNothingInTheWay(engine, target));
  const { bucket, name } = target;
  const fields = withDefaults(getBucket(engine, bucket).fields, target.fields);
  const created = clock.now();
  const version = {
    generation: nextGeneration(engine),
    metageneration: 1,
    created,
    updated: created,
    noncurrent: null,
    holdReleased: null,
  };
  const object = { bucket, name, ...version, ...content, fields };
  store.objects.put(object);
  return object;
}

/**
 * Returns the live object that a write would replace.
 * @throws StorageError as `checkTarget` and `checkRemovable` do
 */
export function checkNothingInTheWay(engine: Engine, target: Omit<Target, 'fields'>): StoredObject | undefined {
  checkTarget(engine, target);
  const former = engine.store.objects.live(target.bucket, target.name);
  if (former) checkRemovable(engine, former);
  return former;
}

/** The defaults that a new object takes from its bucket. */
function withDefaults({ storageClass, defaultEventBasedHold }: BucketFields, fields: ObjectFields): ObjectFields {
  return {
    ...(storageClass === undefined ? {} : { storageClass }),
    ...(defaultEventBasedHold ? { eventBasedHold: true } : {}),
    ...fields,
  };
}

export function getObject(engine: Engine, ref: ObjectRef, wanted: Preconditions = {}): StoredObject {
  getBucket(engine, ref.bucket);
  const object = find(engine, ref);
  if (!object) throw noSuchObject(ref.bucket, ref.name);
  checkPreconditions(object, wanted);
  return object;
}

/** Merges `fields` into the object's fields (null removes one), or replaces all of them. */
export function updateObject(
  engine: Engine,
  ref: ObjectRef,
  change: { fields: Record<string, unknown>; replace: boolean; wanted: Preconditions },
): StoredObject {
  const { store, clock } = engine;
  return store.transaction(() => {
    const object = getObject(engine, ref, change.wanted);
    const fields = mergeFields<ObjectFields>(change.replace ? {} : object.fields, change.fields);
    const released = object.fields.eventBasedHold && !fields.eventBasedHold;
    const updated = {
      ...object,
      fields,
      holdReleased: released ? clock.now() : object.holdReleased,
      metageneration: object.metageneration + 1,
      updated: clock.now(),
    };
    store.objects.put(updated);
    return updated;
  });
}

/** Deletes the live object, which a bucket with versions keeps as noncurrent, or one generation permanently. */
export function deleteObject(engine: Engine, ref: ObjectRef, wanted: Preconditions): void {
  engine.store.transaction(() => {
    const object = getObject(engine, ref, wanted);
    checkRemovable(engine, object);
    if (ref.generation === undefined) retire(engine, object);
    else erase(engine, object);
  });
}

/** Inside a transaction: makes a live object noncurrent, or erases it in a bucket without versions. */
export function retire(engine: Engine, object: StoredObject | undefined): void {
  if (!object) return;
  const { store, clock } = engine;
  if (!keepsVersions(engine, object.bucket)) return erase(engine, object);
  store.objects.put({ ...object, noncurrent: clock.now() });
}

/** Inside a transaction: removes a generation and its bytes, or soft-deletes it where the bucket says so. */
export function erase({ store, clock }: Engine, object: StoredObject): void {
  store.objects.remove(object);
  const policy = store.buckets.get(object.bucket)?.fields.softDeletePolicy;
  const duration = Number(policy?.retentionDurationSeconds ?? 0) * 1000;
  if (duration === 0) return store.drop(object.blob);
  store.softDeleted.put({ ...object, softDeleted: clock.now(), hardDelete: clock.now() + duration });
}

function find({ store }: Engine, { bucket, name, generation }: ObjectRef): StoredObject | undefined {
  return generation === undefined ? store.objects.live(bucket, name) : store.objects.get(bucket, name, generation);
}

function keepsVersions(engine: Engine, bucket: string): boolean {
  return engine.store.buckets.get(bucket)?.fields.versioning?.enabled === true;
}
