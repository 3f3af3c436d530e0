import type { Clock } from '../../runtime/clock.ts';

/** How long photos have lately waited for the first attempt at their smaller sizes, as the tasks of this instance saw it. */
export interface DecodeLag {
  /** Notes that the first attempt at a photo begins, which was posted at that moment. */
  began(postedAt: number): void;
  /** Milliseconds that a photo posted now will wait, about; undefined when that is short, or not known. */
  expected(): number | undefined;
}

/** What a client need not be told of, in milliseconds. */
const SHORT = 10_000;
/** The share of the latest wait in the average. */
const WEIGHT = 1 / 4;
/** How long an average says something of the next photo, in milliseconds, unless the waits themselves are longer. */
const KNOWN_FOR = 60_000;

export function createDecodeLag(clock: Clock): DecodeLag {
  let average = 0;
  let notedAt = -Infinity;
  const isKnown = () => clock.elapsed() - notedAt <= Math.max(KNOWN_FOR, average);
  return {
    began(postedAt) {
      const wait = Math.max(0, clock.now() - postedAt);
      average = isKnown() ? average + (wait - average) * WEIGHT : wait;
      notedAt = clock.elapsed();
    },
    expected: () => (isKnown() && average >= SHORT ? Math.round(average) : undefined),
  };
}
