import type { Clock } from '../../runtime/clock.ts';

/** How long photos have lately waited for their first decode, as seen by the tasks of this instance. */
export interface DecodeLag {
  /** Notes that the first attempt at a photo begins. `postedAt` is the time of its upload. */
  began(postedAt: number): void;
  /** Roughly how many milliseconds a photo posted now will wait; undefined when that is short, or not known. */
  expected(): number | undefined;
}

/** A client is not told of a wait below this. */
const SHORT_MS = 10_000;
/** The share of the latest wait in the average. */
const WEIGHT = 1 / 4;
/** How long an average predicts the wait of the next photo, unless the waits themselves are longer. */
const KNOWN_FOR_MS = 60_000;

export function createDecodeLag(clock: Clock): DecodeLag {
  let average = 0;
  let notedAt = -Infinity;
  const isKnown = () => clock.elapsed() - notedAt <= Math.max(KNOWN_FOR_MS, average);
  return {
    began(postedAt) {
      const wait = Math.max(0, clock.now() - postedAt);
      average = isKnown() ? average + (wait - average) * WEIGHT : wait;
      notedAt = clock.elapsed();
    },
    expected: () => (isKnown() && average >= SHORT_MS ? Math.round(average) : undefined),
  };
}
