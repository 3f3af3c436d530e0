import type { z } from 'zod';
import { StorageError } from '../storage-error.ts';
import { BucketSettings, DEFAULT_LOCATION, type BucketFields, type UniformAccess } from './bucket-fields.ts';
import { mergeFields } from './merge-fields.ts';

/** A change of a bucket's fields: `fields` is merged into them, or replaces them. */
export interface BucketChange {
  fields: Record<string, unknown>;
  replace: boolean;
}

/** "Uniform bucket-level access": so long after it was switched on it can be switched off again. */
const UNIFORM_GRACE_MS = 90 * 86_400_000;

/**
 * Applies a change that a caller asks for; `before` is undefined for a new bucket, `now` is in milliseconds since the Unix
 * epoch. A field that is not kept is refused by its name.
 * @throws StorageError notImplemented, invalid
 */
export function changeFields(before: BucketFields | undefined, change: BucketChange, now: number): BucketFields {
  const { location = DEFAULT_LOCATION } = before ?? {};
  // Older versions kept all fields. Fields without effect are dropped at the next change.
  const kept = before && !change.replace ? onlyKnown(before) : { location };
  const parsed = BucketSettings.safeParse(mergeFields(kept, settable(change.fields)));
  if (!parsed.success) throw invalid(parsed.error);
  const { iamConfiguration, retentionPolicy, softDeletePolicy, ...settings } = parsed.data;
  if (before && location !== (settings.location ?? DEFAULT_LOCATION)) {
    throw new StorageError('invalid', 'The location of a bucket cannot be changed.');
  }
  const access = before?.iamConfiguration?.uniformBucketLevelAccess;
  const fields: BucketFields = {
    ...settings,
    iamConfiguration: {
      uniformBucketLevelAccess: uniformAccess(access, iamConfiguration?.uniformBucketLevelAccess?.enabled, now),
      publicAccessPrevention: iamConfiguration?.publicAccessPrevention ?? 'inherited',
    },
  };
  if (retentionPolicy) {
    const { retentionPeriod } = retentionPolicy;
    fields.retentionPolicy = settle(before?.retentionPolicy, { retentionPeriod }, now);
  }
  // 0 seconds is no policy.
  if (softDeletePolicy && softDeletePolicy.retentionDurationSeconds !== '0') {
    const { retentionDurationSeconds } = softDeletePolicy;
    fields.softDeletePolicy = settle(before?.softDeletePolicy, { retentionDurationSeconds }, now);
  }
  return fields;
}

function uniformAccess(before: UniformAccess | undefined, enabled: boolean | undefined, now: number): UniformAccess {
  const lockedTime = before?.enabled ? before.lockedTime : undefined;
  if (enabled) return { enabled, lockedTime: lockedTime ?? instant(now + UNIFORM_GRACE_MS) };
  if (lockedTime !== undefined && Date.parse(lockedTime) <= now) {
    throw new StorageError('invalid', `Uniform bucket-level access cannot be switched off since ${lockedTime}.`);
  }
  return { enabled: false };
}

/** A policy with the time since when it holds: that of its last change. What was decided before stays. */
function settle<T extends object>(before: (T & { effectiveTime: string }) | undefined, policy: T, now: number) {
  const same = before && Object.entries(policy).every(([name, value]) => before[name as keyof T] === value);
  return { ...before, ...policy, effectiveTime: same ? before.effectiveTime : instant(now) };
}

const instant = (time: number) => new Date(time).toISOString();

/** Fields that Cloud Storage decides. They are ignored, so that a resource that was read can be sent back. */
const OUTPUT_ONLY = new Set([
  'etag',
  'generation',
  'hardDeleteTime',
  'id',
  'kind',
  'locationType',
  'metageneration',
  'name',
  'owner',
  'projectNumber',
  'satisfiesPZI',
  'satisfiesPZS',
  'selfLink',
  'softDeleteTime',
  'timeCreated',
  'updated',
]);

function settable(fields: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(fields).filter(([name]) => !OUTPUT_ONLY.has(name));
  const refused = entries.find(([name, value]) => !Object.hasOwn(BucketSettings.shape, name) && !isOff(value));
  if (refused) throw new StorageError('notImplemented', `The local cloud has no buckets with ${refused[0]}.`);
  return onlyKnown(Object.fromEntries(entries));
}

const onlyKnown = (fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => Object.hasOwn(BucketSettings.shape, name)));

/** Whether a value says that a feature is off, which is the default. */
function isOff(value: unknown): boolean {
  if (value === null || value === false || value === 'DEFAULT' || value === 'Disabled') return true;
  return typeof value === 'object' && Object.values(value).every(isOff);
}

function invalid(error: z.ZodError): StorageError {
  const { path, message } = error.issues[0]!;
  return new StorageError('invalid', `Invalid value for ${path.join('.') || 'the bucket'}: ${message}.`);
}
