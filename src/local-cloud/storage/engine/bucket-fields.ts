import { z } from 'zod';
import { Lifecycle } from './lifecycle-rule.ts';
import { locationType } from './locations.ts';
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

/** The parts of a policy that the service decides come from the stored policy, not from the request. */
const Decided = z
  .unknown()
  .optional()
  .transform(() => undefined);

/** The parts of a bucket resource that a caller may set here. */
export const BucketSettings = z.strictObject({
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

/** What is kept of a bucket resource: what a caller has set, and what the service has decided about it. Times are text. */
export interface BucketFields extends Omit<z.output<typeof BucketSettings>, 'iamConfiguration' | Policy> {
  iamConfiguration?: { uniformBucketLevelAccess: UniformAccess; publicAccessPrevention: 'inherited' | 'enforced' };
  retentionPolicy?: { retentionPeriod: string; effectiveTime: string; isLocked?: boolean };
  softDeletePolicy?: { retentionDurationSeconds: string; effectiveTime: string };
}

type Policy = 'retentionPolicy' | 'softDeletePolicy';

/** `lockedTime` is when it can no longer be switched off. */
export type UniformAccess = { enabled: false } | { enabled: true; lockedTime: string };

/** The location of a bucket that is created without one. */
export const DEFAULT_LOCATION = 'US';
