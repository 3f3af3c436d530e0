import type { UserId } from '../../runtime/ids.ts';
import type { Entities } from '../commit/unit-of-work.ts';
import type { OutboxChanges } from './outbox-changes.ts';

/** What the rules of one change build on. A feature keeps entities of its own kinds through it. */
export interface ChangeContext {
  readonly userId: UserId;
  /** Milliseconds since the Unix epoch; the same for everything in this change. */
  readonly now: number;
  /** The entities of this user, as the change will leave them. */
  readonly entities: Entities;
  readonly outbox: OutboxChanges;
}
