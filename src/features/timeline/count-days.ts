import type { UserId } from '../../runtime/ids.ts';
import type { Snapshot } from '../../data/read/snapshot.ts';
import type { Year } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';

/** Positions that are read with one query: they come from the index, and a thousand of them are some 80 KB. */
const PAGE = 1_000;

/** What a stretch of days was found to hold, and what is written down of it, at one moment. */
export interface CountedDays {
  sequence: number;
  /** The true counts of the days whose written ones are wrong; 0 where a day has no photos. */
  wrong: Map<string, number>;
  photos: number;
  /** The earliest day that was counted, if there are earlier ones. */
  earliest?: string;
}

/**
 * Counts the photos of the days before `before` (a day such as `2019-07-01`; all days unless given), from the newest
 * backwards: whole days, until there are at least `enough` photos. Undefined without the user.
 */
export function countDays(
  store: Store,
  id: UserId,
  { before, enough }: { before: string | undefined; enough: number },
): Promise<CountedDays | undefined> {
  return store.moment(id, async (moment) => {
    const { counts, photos, complete } = await countBackwards(moment, id, before, enough);
    const earliest = [...counts.keys()].at(-1) ?? '';
    const isMeant = (day: string) => (before === undefined || day < before) && (complete || day >= earliest);
    const written = new Map((await moment.years()).flatMap(daysOf).filter(([day]) => isMeant(day)));
    const days = new Set([...written.keys(), ...counts.keys()]);
    const wrong = [...days].filter((day) => written.get(day) !== counts.get(day));
    return {
      sequence: moment.user.sequence,
      wrong: new Map(wrong.map((day) => [day, counts.get(day) ?? 0])),
      photos,
      ...(complete ? {} : { earliest }),
    };
  });
}

/** Newest day first. `complete` when there is nothing before the days counted. */
async function countBackwards(moment: Snapshot, id: UserId, before: string | undefined, enough: number) {
  const counts = new Map<string, number>();
  let photos = 0;
  for (let from = before && `${id}|${before}`; ;) {
    const stretch = { by: 'timelineKey', towards: 'older', limit: PAGE, ...(from && { from }) } as const;
    const positions = await moment.positions(stretch);
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
