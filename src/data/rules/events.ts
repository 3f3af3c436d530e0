import type { JobRef } from '../model/job-ref.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import { userRef } from '../model/entity-refs.ts';
import type { AccountChanges } from './account-changes.ts';
import type { ChangeContext } from './change-context.ts';

/** What may happen to an account. */
export type EventKind =
  | 'upload'
  | 'edit'
  | 'trash'
  | 'restore'
  | 'erase'
  | 'reject'
  | 'sign-in'
  | 'token-made'
  | 'token-revoked'
  | 'suspended'
  | 'unsuspended'
  | 'share-revoked';

/**
 * One thing that happened. Events are kept on the user, which every change writes anyway: they cost no operation, and
 * they commit with the change that they report.
 */
export interface AccountEvent {
  /** Milliseconds since the Unix epoch. */
  at: number;
  kind: EventKind;
  photo?: PhotoId;
  /** How many photos, where it happened to several at once. */
  photos?: number;
}

/** Events that are shown, and that are always kept. */
export const SHOWN_EVENTS = 10;

/** With so many events, a change enqueues the task that deletes the older ones. Reading the list enqueues it, too. */
const TRIMMED_AT = 50;

/** Events that are kept at the most, also when the task is late. */
const MOST_EVENTS = 100;

interface Trimming {
  user: UserId;
  /** Events before this time are deleted. Milliseconds since the Unix epoch. */
  before: number;
}

/** The job that deletes older events. */
export const trimActivityRef: JobRef<Trimming> = { name: 'trim-activity' };

export interface EventChanges {
  /** Adds an event of the account. */
  note(kind: EventKind, about?: Omit<AccountEvent, 'at' | 'kind'>): Promise<void>;
  /** Deletes the events before an instant, in milliseconds since the Unix epoch, and returns them. */
  deleteBefore(instant: number): Promise<AccountEvent[]>;
}

export const eventChanges = (
  { userId, now, entities, outbox }: ChangeContext,
  account: Pick<AccountChanges, 'read'>,
): EventChanges => ({
  async note(kind, about = {}) {
    const user = await account.read();
    const events = withEvent(user.events, { at: now, kind, ...about });
    entities.write(userRef, { ...user, events });
    const before = events.length % TRIMMED_AT === 0 ? trimmedBefore(events) : undefined;
    if (before !== undefined) outbox.enqueue(trimActivityRef, { user: userId, before });
  },
  async deleteBefore(instant) {
    const user = await account.read();
    const deleted = user.events.filter(({ at }) => at < instant);
    const kept = user.events.filter(({ at }) => at >= instant);
    if (deleted.length > 0) entities.write(userRef, { ...user, events: kept });
    return deleted;
  },
});

/** The events with one more, newest last. */
const withEvent = (events: readonly AccountEvent[], event: AccountEvent): AccountEvent[] =>
  [...events, event].slice(-MOST_EVENTS);

/** The time of the oldest event that is shown: older ones are deleted. Undefined while all are shown. */
export const trimmedBefore = (events: readonly AccountEvent[]): number | undefined =>
  events.length > SHOWN_EVENTS ? events.at(-SHOWN_EVENTS)?.at : undefined;
