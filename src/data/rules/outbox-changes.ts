import { randomText } from '../../runtime/ids.ts';
import type { Entities } from '../commit/unit-of-work.ts';
import { outboxRef } from '../model/entity-refs.ts';
import type { JobRef } from '../model/job-ref.ts';
import type { OutboxEntry } from '../model/records.ts';

/** A task to be created once the change is committed. */
export interface Enqueued {
  id: string;
  entry: OutboxEntry;
}

export interface OutboxChanges {
  /**
   * Commits a task with the change. The task runs at `notBefore` at the earliest, in milliseconds since the Unix epoch,
   * and at once without it.
   */
  enqueue<P>(job: JobRef<P>, payload: P, notBefore?: number): void;
  /** Commits a task with the change, unless the change has one with the same payload already. */
  enqueueOnce<P>(job: JobRef<P>, payload: P): void;
}

/** Writes each task to the outbox, and adds it to `enqueued`. */
export function outboxChanges(entities: Entities, now: number, enqueued: Enqueued[]): OutboxChanges {
  const enqueue: OutboxChanges['enqueue'] = ({ name: job }, payload, notBefore) => {
    const id = randomText(16);
    const entry = { job, payload, at: now, notBefore };
    entities.write(outboxRef(id), entry);
    enqueued.push({ id, entry });
  };
  return {
    enqueue,
    enqueueOnce(job, payload) {
      const text = JSON.stringify(payload);
      const isThere = enqueued.some(({ entry }) => entry.job === job.name && JSON.stringify(entry.payload) === text);
      if (!isThere) enqueue(job, payload);
    },
  };
}
