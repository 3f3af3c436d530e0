import { StorageError } from '../storage-error.ts';
import type { StoredObject } from './object.ts';

const DAY = 86_400_000;

/** One rule of a bucket's `lifecycle.rule`, as the JSON API writes it. */
export interface LifecycleRule {
  action: { type: 'Delete' | 'SetStorageClass' | 'AbortIncompleteMultipartUpload'; storageClass?: string };
  condition: LifecycleCondition;
}

/** All that are given must hold. Ages and counts of days are whole days, dates are `YYYY-MM-DD`. */
export interface LifecycleCondition {
  age?: number;
  createdBefore?: string;
  customTimeBefore?: string;
  daysSinceCustomTime?: number;
  daysSinceNoncurrentTime?: number;
  noncurrentTimeBefore?: string;
  isLive?: boolean;
  matchesPrefix?: string[];
  matchesSuffix?: string[];
  matchesStorageClass?: string[];
  numNewerVersions?: number;
}

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
  age: (days, { object, now }) => now - object.created >= days * DAY,
  createdBefore: (date, { object }) => object.created < Date.parse(date),
  customTimeBefore: (date, { object }) => customTime(object) < Date.parse(date),
  daysSinceCustomTime: (days, { object, now }) => now - customTime(object) >= days * DAY,
  daysSinceNoncurrentTime: (days, { object, now }) => now - (object.noncurrent ?? Infinity) >= days * DAY,
  noncurrentTimeBefore: (date, { object }) => (object.noncurrent ?? Infinity) < Date.parse(date),
  isLive: (live, { object }) => live === (object.noncurrent === null),
  matchesPrefix: (prefixes, { object }) => prefixes.some((prefix) => object.name.startsWith(prefix)),
  matchesSuffix: (suffixes, { object }) => suffixes.some((suffix) => object.name.endsWith(suffix)),
  matchesStorageClass: (classes, { object }) => classes.includes(object.fields.storageClass ?? 'STANDARD'),
  numNewerVersions: (count, { newerVersions }) => newerVersions() >= count,
};

/** Whether every condition of a rule holds. */
export function ruleApplies({ condition }: LifecycleRule, on: Subject): boolean {
  return Object.entries(condition).every(([name, wanted]) => {
    const holds = TESTS[name as keyof LifecycleCondition] as (wanted: unknown, on: Subject) => boolean;
    return holds(wanted, on);
  });
}

/** The rules of a bucket's fields. Throws `invalid` for an action or a condition that does not exist. */
export function lifecycleRules(fields: Record<string, unknown>): LifecycleRule[] {
  const { rule = [] } = (fields.lifecycle ?? {}) as { rule?: LifecycleRule[] };
  for (const { action, condition } of rule) {
    if (!ACTIONS.has(action?.type)) throw new StorageError('invalid', `Invalid lifecycle action: ${action?.type}`);
    const names = Object.keys(condition ?? {});
    const unknown = names.find((name) => !Object.hasOwn(TESTS, name));
    // A rule without a condition would apply to everything.
    if (names.length === 0 || unknown) {
      throw new StorageError('invalid', `Invalid lifecycle condition: ${unknown ?? 'none'}`);
    }
  }
  return rule;
}

const ACTIONS = new Set(['Delete', 'SetStorageClass', 'AbortIncompleteMultipartUpload']);

const customTime = ({ fields }: StoredObject) =>
  fields.customTime === undefined ? Infinity : Date.parse(fields.customTime);
