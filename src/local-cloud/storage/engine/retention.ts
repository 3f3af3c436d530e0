import { StorageError } from '../storage-error.ts';
import type { BucketFields } from './bucket-fields.ts';
import type { Engine } from './engine.ts';
import type { StoredObject } from './object.ts';

type Retention = BucketFields['retentionPolicy'];

/**
 * Until when a bucket's policy keeps an object, in milliseconds since the Unix epoch ("Bucket Lock"): its period counts
 * from the object's creation, or from the release of its event-based hold. Undefined without a policy, and while such a
 * hold is on.
 */
export function retainedUntil({ fields, created, holdReleased }: StoredObject, policy: Retention): number | undefined {
  if (!policy || fields.eventBasedHold) return undefined;
  return (holdReleased ?? created) + Number(policy.retentionPeriod) * 1000;
}

/**
 * Refuses to delete or replace an object that is held or retained now.
 * @throws StorageError underHold, retentionPolicyNotMet
 */
export function checkRemovable(engine: Engine, object: StoredObject): void {
  const refused = removalRefusal(engine, object);
  if (refused) throw refused;
}

export const isRemovable = (engine: Engine, object: StoredObject) => removalRefusal(engine, object) === undefined;

function removalRefusal({ store, clock }: Engine, object: StoredObject): StorageError | undefined {
  const { bucket, name, fields } = object;
  const hold = heldBy(fields);
  if (hold) {
    const words = `is under active ${hold} hold and cannot be deleted, overwritten or archived until hold is removed.`;
    return new StorageError('underHold', `Object '${bucket}/${name}' ${words}`);
  }
  const until = retainedUntil(object, store.buckets.get(bucket)?.fields.retentionPolicy);
  if (until === undefined || until <= clock.now()) return undefined;
  const words =
    "is subject to bucket's retention policy or object retention and cannot be deleted or overwritten until";
  return new StorageError(
    'retentionPolicyNotMet',
    `Object '${bucket}/${name}' ${words} ${new Date(until).toISOString()}`,
  );
}

function heldBy({ temporaryHold, eventBasedHold }: StoredObject['fields']): string | undefined {
  if (temporaryHold) return 'Temporary';
  return eventBasedHold ? 'Event-Based' : undefined;
}

/**
 * Refuses to weaken a locked policy.
 * @throws StorageError retentionPolicyNotMet, forbidden
 */
export function checkLockedPolicy(bucket: string, before: Retention, after: Retention): void {
  if (!before?.isLocked) return;
  if (!after) {
    throw new StorageError(
      'retentionPolicyNotMet',
      `Bucket '${bucket}' has a locked Retention Policy which cannot be removed.`,
    );
  }
  if (Number(after.retentionPeriod) >= Number(before.retentionPeriod)) return;
  throw new StorageError(
    'forbidden',
    `Cannot reduce retention duration of a locked Retention Policy for bucket '${bucket}'.`,
  );
}
