import type { Clock } from '../../runtime/clock.ts';

/** Ids that are remembered for a while. */
export interface RecentIds {
  add(id: string): void;
  has(id: string): boolean;
}

/** Remembers each id for `life` milliseconds of elapsed time. */
export function createRecentIds(clock: Clock, life: number): RecentIds {
  // In the order of their addition, so that the oldest come first.
  const addedAt = new Map<string, number>();
  const forgetOld = () => {
    for (const [id, at] of addedAt) {
      if (clock.elapsed() - at < life) return;
      addedAt.delete(id);
    }
  };
  return {
    add(id) {
      forgetOld();
      addedAt.set(id, clock.elapsed());
    },
    has(id) {
      forgetOld();
      return addedAt.has(id);
    },
  };
}
