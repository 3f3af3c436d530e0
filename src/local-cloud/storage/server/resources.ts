import type { Bucket } from '../engine/bucket.ts';
import { DEFAULT_LOCATION } from '../engine/bucket-fields.ts';
import { locationType } from '../engine/locations.ts';
import type { SoftDeletedObject, StoredObject } from '../engine/object.ts';
import { retainedUntil } from '../engine/retention.ts';
import type { Call } from './call.ts';

/** A bucket as the JSON API shows it. `base` is the address that the caller used. */
export function bucketResource(bucket: Bucket, base: string) {
  const { location = DEFAULT_LOCATION, ...fields } = bucket.fields;
  return {
    storageClass: 'STANDARD',
    location,
    locationType: locationType(location),
    // Deviation: Cloud Storage keeps deleted objects of a new bucket for a week, which would fill a laptop's disk.
    softDeletePolicy: { retentionDurationSeconds: '0' },
    iamConfiguration: { uniformBucketLevelAccess: { enabled: false }, publicAccessPrevention: 'inherited' },
    ...fields,
    kind: 'storage#bucket',
    id: bucket.name,
    name: bucket.name,
    selfLink: `${base}/storage/v1/b/${bucket.name}`,
    projectNumber: '0',
    metageneration: String(bucket.metageneration),
    etag: etagOf(0, bucket.metageneration),
    timeCreated: instant(bucket.created),
    updated: instant(bucket.updated),
  };
}

/** An object as the JSON API shows it: generations and sizes are decimal strings. */
export function objectResource({ engine, base }: Call, object: StoredObject | SoftDeletedObject) {
  const { bucket, name, generation, metageneration, components, noncurrent } = object;
  const retained = retainedUntil(object, engine.store.buckets.get(bucket)?.fields.retentionPolicy);
  const path = `storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
  return {
    storageClass: 'STANDARD',
    ...object.fields,
    kind: 'storage#object',
    id: `${bucket}/${name}/${generation}`,
    selfLink: `${base}/${path}`,
    mediaLink: `${base}/download/${path}?generation=${generation}&alt=media`,
    name,
    bucket,
    generation: String(generation),
    metageneration: String(metageneration),
    size: String(object.size),
    md5Hash: object.md5 ?? undefined,
    crc32c: object.crc32c,
    etag: etagOf(generation, metageneration),
    componentCount: components ?? undefined,
    timeCreated: instant(object.created),
    updated: instant(object.updated),
    timeStorageClassUpdated: instant(object.created),
    timeDeleted: noncurrent === null ? undefined : instant(noncurrent),
    retentionExpirationTime: retained === undefined ? undefined : instant(retained),
    ...('softDeleted' in object ? softDeleteTimes(object) : {}),
  };
}

const softDeleteTimes = ({ softDeleted, hardDelete }: SoftDeletedObject) => ({
  softDeleteTime: instant(softDeleted),
  hardDeleteTime: instant(hardDelete),
});

/** Changes with every write and every change of metadata. */
export function etagOf(generation: number, metageneration: number): string {
  return Buffer.from(`${generation}/${metageneration}`).toString('base64');
}

/** The ETag header; a resource shows the tag without its quotes. */
export const etagHeader = (etag: string) => ({ etag: `"${etag}"` });

const instant = (time: number) => new Date(time).toISOString();
