import { z } from 'zod';
import { StorageError } from '../storage-error.ts';
import { Lifecycle } from './lifecycle-rule.ts';
import { locationType } from './locations.ts';
import { mergeFields } from './merge-fields.ts';
import { Int32, seconds } from './numbers.ts';
import { StorageClass } from './storage-class.ts';

/** Label keys and values of "Bucket labels": lower case or caseless letters of any script. */
const LABEL = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
const LABEL_KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const MAX_LABELS = 64;

const DAY_SECONDS = 86_400;
/** "Less than 100 years": Cloud Storage counts a year as 365.25 days. */
const HUNDRED_YEARS_SECONDS = 100 * 365.25 * DAY_SECONDS;

const Labels = z
  .record(z.string(), z.string())
  .refine((labels) => Object.keys(labels).length <= MAX_LABELS, `at most ${MAX_LABELS} labels`)
  .refine(
    (labels) => Object.entries(labels).every(([key, value]) => LABEL_KEY.test(key) && LABEL.test(value)),
    'lower case letters, digits, _ and -, at most 63 of them; a key begins with a letter',
  );

const CorsEntry = z.strictObject({
  origin: z.array(z.string()).optional(),
  method: z.array(z.string().min(1)).optional(),
  responseHeader: z.array(z.string().min(1)).optional(),
  maxAgeSeconds: Int32.optional(),
});

/** What the service alone decides of a policy is taken from what is kept, not from what was sent. */
const Decided = z
  .unknown()
  .optional()
  .transform(() => undefined);

/** The parts of a bucket resource that a caller may set here. */
const Settings = z.strictObject({
  storageClass: StorageClass.optional(),
  location: z
    .string()
    .transform((name) => name.toUpperCase())
    .refine((name) => locationType(name) !== undefined, 'no such location')
    .optional(),
  labels: Labels.optional(),
  cors: z.array(CorsEntry).optional(),
  lifecycle: Lifecycle.optional(),
  versioning: z.strictObject({ enabled: z.boolean().optional() }).optional(),
  iamConfiguration: z
    .strictObject({
      uniformBucketLevelAccess: z.strictObject({ enabled: z.boolean().optional(), lockedTime: Decided }).optional(),
      publicAccessPrevention: z.enum(['inherited', 'enforced']).optional(),
    })
    .optional(),
  // Kept and not used: Cloud Storage uses it for requests by a domain of the owner, which do not reach this endpoint.
  website: z.strictObject({ mainPageSuffix: z.string().optional(), notFoundPage: z.string().optional() }).optional(),
  defaultEventBasedHold: z.boolean().optional(),
  retentionPolicy: z
    .strictObject({
      retentionPeriod: seconds((period) => period > 0 && period < HUNDRED_YEARS_SECONDS, 'above 0, below 100 years'),
      effectiveTime: Decided,
      isLocked: Decided,
    })
    .optional(),
  softDeletePolicy: z
    .strictObject({
      retentionDurationSeconds: seconds(
        (duration) => duration === 0 || (duration >= 7 * DAY_SECONDS && duration <= 90 * DAY_SECONDS),
        '0, or 7 to 90 days',
      ),
      effectiveTime: Decided,
    })
    .optional(),
});

/** What is kept of a bucket resource: what a caller has set, and what the service has decided about it. */
export interface BucketFields extends Omit<z.output<typeof Settings>, 'retentionPolicy' | 'softDeletePolicy'> {
  retentionPolicy?: { retentionPeriod: string; effectiveTime: string; isLocked?: boolean };
  softDeletePolicy?: { retentionDurationSeconds: string; effectiveTime: string };
}

/** A new state of a bucket's fields: `fields` merged into them, or put in their place. */
export interface BucketChange {
  fields: Record<string, unknown>;
  replace: boolean;
}

/** Where a bucket is whose maker names no place. */
export const DEFAULT_LOCATION = 'US';

/**
 * Applies a change that a caller asks for; `before` is undefined for a new bucket, `now` is in the form of RFC 3339.
 * Nothing is accepted and forgotten: what is not kept is refused by its name.
 * @throws StorageError notImplemented, invalid
 */
export function changeFields(before: BucketFields | undefined, change: BucketChange, now: string): BucketFields {
  const { location = DEFAULT_LOCATION } = before ?? {};
  // Older versions kept whatever was sent. What has no effect goes with the next change.
  const kept = before && !change.replace ? onlyKnown(before) : { location };
  const parsed = Settings.safeParse(mergeFields(kept, settable(change.fields)));
  if (!parsed.success) throw invalid(parsed.error);
  const { retentionPolicy, softDeletePolicy, ...settings } = parsed.data;
  if (before && location !== (settings.location ?? DEFAULT_LOCATION)) {
    throw new StorageError('invalid', 'The location of a bucket cannot be changed.');
  }
  const fields: BucketFields = settings;
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

/** What Cloud Storage decides alone: it is passed over, so that a resource that was read can be sent back. */
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
  const refused = entries.find(([name, value]) => !Object.hasOwn(Settings.shape, name) && !isOff(value));
  if (refused) throw new StorageError('notImplemented', `The local cloud has no buckets with ${refused[0]}.`);
  return onlyKnown(Object.fromEntries(entries));
}

const onlyKnown = (fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => Object.hasOwn(Settings.shape, name)));

/** Whether a value says that something is not wanted, which is how things are anyhow. */
function isOff(value: unknown): boolean {
  if (value === null || value === false || value === 'DEFAULT' || value === 'Disabled') return true;
  return typeof value === 'object' && Object.values(value).every(isOff);
}

/** A policy with the time since when it holds: that of its last change. What was decided before stays. */
function settle<T extends object>(before: (T & { effectiveTime: string }) | undefined, policy: T, now: string) {
  const same = before && Object.entries(policy).every(([name, value]) => before[name as keyof T] === value);
  return { ...before, ...policy, effectiveTime: same ? before.effectiveTime : now };
}

function invalid(error: z.ZodError): StorageError {
  const { path, message } = error.issues[0]!;
  return new StorageError('invalid', `Invalid value for ${path.join('.') || 'the bucket'}: ${message}.`);
}
