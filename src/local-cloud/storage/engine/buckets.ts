import { noSuchBucket, StorageError } from '../storage-error.ts';
import { checkBucketName, type Bucket } from './bucket.ts';
import { changeFields, type BucketChange } from './bucket-change.ts';
import type { BucketFields } from './bucket-fields.ts';
import type { Engine } from './engine.ts';
import { checkPreconditions, type Preconditions } from './preconditions.ts';
import { checkLockedPolicy } from './retention.ts';

export function createBucket({ store, clock }: Engine, name: string, asked: Record<string, unknown>): Bucket {
  checkBucketName(name);
  const fields = changeFields(undefined, { fields: asked, replace: false }, clock.now());
  return store.transaction(() => {
    if (store.buckets.get(name)) {
      throw new StorageError(
        'conflict',
        'Your previous request to create the named bucket succeeded and you already own it.',
      );
    }
    const bucket = { name, metageneration: 1, created: clock.now(), updated: clock.now(), fields };
    store.buckets.put(bucket);
    return bucket;
  });
}

export function getBucket({ store }: Engine, name: string, wanted: Preconditions = {}): Bucket {
  const bucket = store.buckets.get(name);
  if (!bucket) throw noSuchBucket();
  checkPreconditions(bucket, wanted);
  return bucket;
}

/** One page of buckets by name, and the name where the next page begins. */
export function listBuckets({ store }: Engine, query: { prefix: string; from: string; limit: number }) {
  const items: Bucket[] = [];
  for (const bucket of store.buckets.from(query.from > query.prefix ? query.from : query.prefix)) {
    if (!bucket.name.startsWith(query.prefix)) break;
    if (items.length === query.limit) return { items, next: bucket.name };
    items.push(bucket);
  }
  return { items, next: undefined };
}

/** Merges `fields` into the bucket's fields (null removes one), or replaces all of them. */
export function updateBucket(engine: Engine, name: string, change: BucketChange & { wanted: Preconditions }): Bucket {
  const { store, clock } = engine;
  return store.transaction(() => {
    const bucket = getBucket(engine, name, change.wanted);
    const fields = changeFields(bucket.fields, change, clock.now());
    checkLockedPolicy(name, bucket.fields.retentionPolicy, fields.retentionPolicy);
    return putFields(engine, bucket, fields);
  });
}

/** Locks a bucket's retention policy permanently. */
export function lockRetentionPolicy(engine: Engine, name: string, wanted: Preconditions): Bucket {
  return engine.store.transaction(() => {
    const bucket = getBucket(engine, name, wanted);
    const { retentionPolicy } = bucket.fields;
    if (!retentionPolicy) throw new StorageError('invalid', `Bucket '${name}' does not have a Retention Policy.`);
    return putFields(engine, bucket, { ...bucket.fields, retentionPolicy: { ...retentionPolicy, isLocked: true } });
  });
}

function putFields({ store, clock }: Engine, bucket: Bucket, fields: BucketFields): Bucket {
  const updated = { ...bucket, fields, metageneration: bucket.metageneration + 1, updated: clock.now() };
  store.buckets.put(updated);
  return updated;
}

/** Deletes an empty bucket permanently, with its soft-deleted objects. */
export function deleteBucket(engine: Engine, name: string, wanted: Preconditions): void {
  const { store } = engine;
  store.transaction(() => {
    getBucket(engine, name, wanted);
    for (const _object of store.objects.range(name, { name: '', generation: 0 }, undefined, true)) {
      throw new StorageError('conflict', 'The bucket you tried to delete is not empty.');
    }
    for (const blob of store.softDeleted.removeAll(name)) store.drop(blob);
    store.buckets.remove(name);
  });
}
