import { idempotencyChanges, type IdempotencyChanges } from '../commit/idempotency.ts';
import type { Entities } from '../commit/unit-of-work.ts';
import type { UserId } from '../../runtime/ids.ts';
import { accountChanges, type AccountChanges } from './account-changes.ts';
import type { ChangeContext } from './change-context.ts';
import { dayCountChanges, type DayCountChanges } from './day-counts.ts';
import { objectChanges, type ObjectChanges } from './erasure.ts';
import { eventChanges, type EventChanges } from './events.ts';
import { outboxChanges, type Enqueued } from './outbox-changes.ts';
import { photoChanges, type PhotoChanges } from './photo-changes.ts';
import { uploadChanges, type UploadChanges } from './upload-changes.ts';

/**
 * One change of one user's data. Its groups are the rules that keep list, day counts, feed, content index and totals in
 * agreement. A feature adds rules of its own as functions over `entities` and `outbox`.
 */
export interface Change extends ChangeContext {
  readonly account: AccountChanges;
  readonly days: DayCountChanges;
  readonly events: EventChanges;
  readonly idempotency: IdempotencyChanges;
  readonly objects: ObjectChanges;
  readonly photos: PhotoChanges;
  readonly uploads: UploadChanges;
}

/** A rule of a feature that runs inside a change. */
export type ChangeRule = (change: Change) => Promise<void>;

/** What a change is made of besides its user and the entities that it sees. */
interface ChangeOptions {
  /** Milliseconds since the Unix epoch. */
  now: number;
  /** Takes the tasks that the change asks for. */
  enqueued: Enqueued[];
  /** After how many milliseconds a photo added now is decoded, if that is known and long. */
  decodedAfter?: number | undefined;
  /** Run after each photo that the change adds. */
  onPhotoAdded?: readonly ChangeRule[] | undefined;
}

export function createChange(userId: UserId, entities: Entities, options: ChangeOptions): Change {
  const { now, enqueued, decodedAfter, onPhotoAdded = [] } = options;
  const context: ChangeContext = { userId, now, entities, outbox: outboxChanges(entities, now, enqueued) };
  const account = accountChanges(context);
  const events = eventChanges(context, account);
  const objects = objectChanges(context);
  const photoAdded = async () => {
    for (const rule of onPhotoAdded) await rule(change);
  };
  const change: Change = {
    ...context,
    account,
    events,
    objects,
    days: dayCountChanges(context, account),
    idempotency: idempotencyChanges(context),
    photos: photoChanges(context, { account, events, decodedAfter, photoAdded }),
    uploads: uploadChanges(context, { account, objects }),
  };
  return change;
}
