import { z } from 'zod';
import { Int32 } from './numbers.ts';
import type { StoredObject } from './object.ts';
import { StorageClass } from './storage-class.ts';
import { DAY_MS } from '../../../runtime/durations.ts';

const Names = z.array(z.string().min(1));

/** All that are given must hold. Ages and counts of days are whole days, dates are `YYYY-MM-DD`. */
const Condition = z
  .strictObject({
    age: Int32.optional(),
    createdBefore: z.iso.date().optional(),
    customTimeBefore: z.iso.date().optional(),
    daysSinceCustomTime: Int32.optional(),
    daysSinceNoncurrentTime: Int32.optional(),
    noncurrentTimeBefore: z.iso.date().optional(),
    isLive: z.boolean().optional(),
    matchesPrefix: Names.optional(),
    matchesSuffix: Names.optional(),
    matchesStorageClass: z.array(StorageClass).optional(),
    numNewerVersions: Int32.optional(),
  })
  // A rule without a condition would apply to everything.
  .refine((condition) => Object.keys(condition).length > 0, 'a rule needs a condition');

const Action = z
  .strictObject({
    type: z.enum(['Delete', 'SetStorageClass', 'AbortIncompleteMultipartUpload']),
    storageClass: StorageClass.optional(),
  })
  .refine(({ type, storageClass }) => (type === 'SetStorageClass') === (storageClass !== undefined), {
    path: ['storageClass'],
    message: 'SetStorageClass needs one, and no other action has one',
  });

/** A bucket's `lifecycle`, as the JSON API writes it. */
export const Lifecycle = z.strictObject({
  rule: z.array(z.strictObject({ action: Action, condition: Condition })).optional(),
});

export type LifecycleRule = NonNullable<z.output<typeof Lifecycle>['rule']>[number];
type LifecycleCondition = LifecycleRule['condition'];

interface Subject {
  object: StoredObject;
  now: number;
  /** Counted only when a rule asks. */
  newerVersions: () => number;
}

type Tests = {
  [Name in keyof LifecycleCondition]-?: (wanted: NonNullable<LifecycleCondition[Name]>, on: Subject) => boolean;
};

const TESTS: Tests = {
  age: (days, { object, now }) => now - object.created >= days * DAY_MS,
  createdBefore: (date, { object }) => object.created < Date.parse(date),
  customTimeBefore: (date, { object }) => customTime(object) < Date.parse(date),
  daysSinceCustomTime: (days, { object, now }) => now - customTime(object) >= days * DAY_MS,
  daysSinceNoncurrentTime: (days, { object, now }) => now - (object.noncurrent ?? Infinity) >= days * DAY_MS,
  noncurrentTimeBefore: (date, { object }) => (object.noncurrent ?? Infinity) < Date.parse(date),
  isLive: (live, { object }) => live === (object.noncurrent === null),
  matchesPrefix: (prefixes, { object }) => prefixes.some((prefix) => object.name.startsWith(prefix)),
  matchesSuffix: (suffixes, { object }) => suffixes.some((suffix) => object.name.endsWith(suffix)),
  matchesStorageClass: (classes, { object }) =>
    classes.some((one) => one === (object.fields.storageClass ?? 'STANDARD')),
  numNewerVersions: (count, { newerVersions }) => newerVersions() >= count,
};

/** Whether every condition of a rule holds. */
export function ruleApplies({ condition }: LifecycleRule, on: Subject): boolean {
  return Object.entries(condition).every(([name, wanted]) => {
    const holds = TESTS[name as keyof LifecycleCondition] as (wanted: unknown, on: Subject) => boolean;
    return holds(wanted, on);
  });
}

const customTime = ({ fields }: StoredObject) =>
  fields.customTime === undefined ? Infinity : Date.parse(fields.customTime);
