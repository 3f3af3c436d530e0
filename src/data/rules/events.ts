import type { JobRef } from '../model/job-ref.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';

/** What may happen to an account. */
export type EventKind = 'upload' | 'edit' | 'trash' | 'restore' | 'erase' | 'reject' | 'sign-in';

/**
 * One thing that happened. Events are kept on the user, whom every change writes anyway: they cost no operation, and
 * are true because they commit with what they tell of.
 */
export interface AccountEvent {
  /** Milliseconds since the Unix epoch. */
  at: number;
  kind: EventKind;
  photo?: PhotoId;
  /** How many photos, where it happened to several at once. */
  photos?: number;
}

/** Events that are shown, and that stay. */
export const SHOWN_EVENTS = 10;

/** With so many events, a change enqueues the task that deletes the older ones. Reading the list enqueues it, too. */
export const TRIMMED_AT = 50;

/** More than these are never kept, should the task be late. */
const MOST_EVENTS = 100;

export interface Trimming {
  user: UserId;
  /** Events before this moment go. */
  before: number;
}

/** The job that deletes older events. */
export const trimActivityRef: JobRef<Trimming> = { name: 'trim-activity' };

/** The events with one more, newest last. */
export const withEvent = (events: readonly AccountEvent[], event: AccountEvent): AccountEvent[] =>
  [...events, event].slice(-MOST_EVENTS);

/** The moment before which events will go: that of the oldest one shown. Undefined while all are shown. */
export const trimmedBefore = (events: readonly AccountEvent[]): number | undefined =>
  events.length > SHOWN_EVENTS ? events.at(-SHOWN_EVENTS)?.at : undefined;
