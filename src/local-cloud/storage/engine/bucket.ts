import { StorageError } from '../storage-error.ts';
import { lifecycleRules } from './lifecycle-rule.ts';

/** What a caller may set on a bucket, as it came: storageClass, location, cors, lifecycle, versioning, labels, … */
export type BucketFields = Record<string, unknown>;

/** A bucket as it is kept. Times are milliseconds since the Unix epoch. */
export interface Bucket {
  name: string;
  metageneration: number;
  created: number;
  updated: number;
  fields: BucketFields;
}

/** The naming rule of "About Cloud Storage buckets": 3–63 characters, or up to 222 with dots between shorter parts. */
export function checkBucketName(name: string): void {
  const parts = name.split('.');
  const fits =
    name.length >= 3 && name.length <= (parts.length > 1 ? 222 : 63) && parts.every((part) => part.length <= 63);
  if (fits && /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])$/.test(name)) return;
  throw new StorageError('invalid', `Invalid bucket name: '${name}'`);
}

/** What a bucket promises to enforce must be enforced: these are refused, not forgotten. */
const NOT_ENFORCED = [
  'autoclass',
  'hierarchicalNamespace',
  'ipFilter',
  'objectRetention',
  'retentionPolicy',
  'website',
];

export function checkBucketFields(fields: BucketFields): void {
  const refused = NOT_ENFORCED.find((name) => fields[name]);
  if (refused) throw new StorageError('notImplemented', `The local cloud has no buckets with ${refused}.`);
  lifecycleRules(fields);
}
