import type { Datastore } from '@google-cloud/datastore';
import type { Clock } from '../runtime/clock.ts';
import { watchClock, type ClockMark } from '../runtime/clock-watch.ts';

/** Says when the clock is reliable enough to delete old data by it. */
export interface SteadyClock {
  /** How long such work still has to wait, in milliseconds; 0 when it may continue. */
  wait(): Promise<number>;
}

/** How long a mark that was read is good for, in milliseconds of elapsed time: many jobs ask at the same time. */
const MARK_LIFE_MS = 60_000;

/**
 * The watch over the clock of this instance (see `watchClock`), with its mark in the entity `Clock:seen`. All instances
 * share the mark: a new one whose clock agrees with it need not watch for an hour first.
 */
export function createSteadyClock({ datastore, clock }: { datastore: Datastore; clock: Clock }): SteadyClock {
  const watch = watchClock(clock);
  let known: { mark: ClockMark; readAt: number } | undefined;
  return {
    async wait() {
      const isFresh = known !== undefined && clock.elapsed() - known.readAt < MARK_LIFE_MS;
      const { mark, waitMs } = watch.look(isFresh ? known?.mark : await readMark(datastore));
      if (isFresh) return waitMs;
      await datastore.save({ key: keyOfMark(datastore), data: mark, excludeFromIndexes: ['since', 'seen'] });
      known = { mark, readAt: clock.elapsed() };
      return waitMs;
    },
  };
}

const keyOfMark = (datastore: Datastore) => datastore.key(['Clock', 'seen']);

async function readMark(datastore: Datastore): Promise<ClockMark | undefined> {
  const [entity] = (await datastore.get(keyOfMark(datastore))) as [ClockMark | undefined];
  return entity && { since: entity.since, seen: entity.seen };
}
