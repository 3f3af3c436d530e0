import type { Engine } from './engine.ts';
import { ruleApplies, type LifecycleRule } from './lifecycle-rule.ts';
import { afterPrefix } from './list-objects.ts';
import type { StoredObject } from './object.ts';
import { erase, retire } from './objects.ts';
import { isRemovable } from './retention.ts';

/** Applies the lifecycle rules of each bucket to its objects. Objects under a hold or a retention policy stay. */
export function applyLifecycle(engine: Engine): void {
  const buckets = [...engine.store.buckets.from('')];
  for (const { name, fields } of buckets) {
    for (const rule of fields.lifecycle?.rule ?? []) applyRule(engine, name, rule);
  }
}

function applyRule(engine: Engine, bucket: string, rule: LifecycleRule): void {
  const due = [...candidates(engine, bucket, rule)];
  if (due.length > 0) engine.store.transaction(() => due.forEach((object) => act(engine, rule, object)));
}

/** Looks only where the rule's prefixes point. */
function* candidates(engine: Engine, bucket: string, rule: LifecycleRule): Generator<StoredObject> {
  const { objects } = engine.store;
  const now = engine.clock.now();
  for (const prefix of rule.condition.matchesPrefix ?? ['']) {
    for (const object of objects.range(bucket, { name: prefix, generation: 0 }, afterPrefix(prefix), true)) {
      const newerVersions = () => objects.countNewer(object);
      const applies = ruleApplies(rule, { object, now, newerVersions });
      if (applies && (rule.action.type !== 'Delete' || isRemovable(engine, object))) yield object;
    }
  }
}

function act(engine: Engine, { action }: LifecycleRule, object: StoredObject): void {
  if (action.type === 'SetStorageClass') return setStorageClass(engine, action.storageClass ?? 'STANDARD', object);
  // Multipart uploads of the XML API are not served, so there are none to abort.
  if (action.type === 'AbortIncompleteMultipartUpload') return;
  if (object.noncurrent === null) retire(engine, object);
  else erase(engine, object);
}

function setStorageClass({ store, clock }: Engine, storageClass: string, object: StoredObject): void {
  if (object.fields.storageClass === storageClass) return;
  const metageneration = object.metageneration + 1;
  store.objects.put({ ...object, metageneration, updated: clock.now(), fields: { ...object.fields, storageClass } });
}
