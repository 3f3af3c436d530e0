import type { UserId } from '../../runtime/ids.ts';
import type { Snapshot } from '../../data/read/snapshot.ts';
import type { Year } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';

/** Positions per query. They come from the index, and a thousand of them have some 80 KB. */
const PAGE = 1_000;

/** The photos of a range of days, compared with the stored day counts in one snapshot. */
interface CountedDays {
  sequence: number;
  /** The true counts of days whose stored counts are wrong; 0 for a day without photos. */
  wrong: Map<string, number>;
  photos: number;
  /** The earliest day that was counted, if there are earlier days. */
  earliest?: string | undefined;
}

/**
 * Counts the photos of the days before `before` (a day such as `2019-07-01`; all days unless given), newest first. It
 * counts whole days until there are at least `enough` photos. Returns undefined if there is no such user.
 */
export function countDays(
  store: Store,
  id: UserId,
  { before, enough }: { before: string | undefined; enough: number },
): Promise<CountedDays | undefined> {
  return store.snapshot(id, async (snapshot) => {
    const { counts, photos, complete } = await countBackwards(snapshot, id, before, enough);
    const earliest = [...counts.keys()].at(-1) ?? '';
    const isCounted = (day: string) => (before === undefined || day < before) && (complete || day >= earliest);
    const stored = new Map((await snapshot.years()).flatMap(daysOf).filter(([day]) => isCounted(day)));
    const days = new Set([...stored.keys(), ...counts.keys()]);
    const wrong = [...days].filter((day) => stored.get(day) !== counts.get(day));
    return {
      sequence: snapshot.user.sequence,
      wrong: new Map(wrong.map((day) => [day, counts.get(day) ?? 0])),
      photos,
      earliest: complete ? undefined : earliest,
    };
  });
}

/** Counts the newest days first. `complete` if there are no earlier days. */
async function countBackwards(snapshot: Snapshot, id: UserId, before: string | undefined, enough: number) {
  const counts = new Map<string, number>();
  let photos = 0;
  for (let from = before && `${id}|${before}`; ;) {
    const positions = await snapshot.positions({ by: 'timelineKey', towards: 'older', limit: PAGE, from });
    for (const position of positions) {
      const day = dayIn(position, id);
      if (photos >= enough && !counts.has(day)) return { counts, photos, complete: false };
      counts.set(day, (counts.get(day) ?? 0) + 1);
      photos++;
    }
    if (positions.length < PAGE) return { counts, photos, complete: true };
    from = positions.at(-1);
  }
}

/** A position in the timeline is `<user>|2019-07-01T…`. */
const dayIn = (position: string, id: UserId) => position.slice(id.length + 1, id.length + 11);

const daysOf = ([name, { days }]: [name: string, year: Year]) =>
  Object.entries(days).map(([day, count]): [string, number] => [`${name}-${day}`, count]);
