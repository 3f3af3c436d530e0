import { timelineKey } from '../../data/model/sort-keys.ts';
import type { Photo, User, Year } from '../../data/model/records.ts';
import type { Tile } from '../../data/model/tile.ts';
import type { IndexRange, Snapshot } from '../../data/read/snapshot.ts';
import type { Store } from '../../data/read/store.ts';
import { accountErased } from '../../data/rules/erasure.ts';
import type { UserId } from '../../runtime/ids.ts';

/** Photos of each year, the newest ones. */
export const MOST_PHOTOS = 5;

/** The photos of one earlier year that were taken on this day. */
export interface Memory<Shown> {
  /** The latest of its days, as `2019-11-29`. */
  date: string;
  title: string;
  /** Photos of that day, by the day counts. */
  count: number;
  /** Newest first. */
  photos: Shown[];
}

/** The memories of a day, the latest year first, and the user in the same snapshot. */
interface Memories<Shown> {
  user: User;
  memories: Memory<Shown>[];
}

/**
 * Reads the memories of a day such as `2026-11-29` as lists show them. It costs a read of the user, one of each year that has
 * photos, and a query for each year that has photos of that day.
 * @throws AppError account-erased
 */
export const readMemories = (store: Store, user: UserId, date: string): Promise<Memories<Tile>> =>
  read(store, user, date, async (snapshot, range) =>
    (await snapshot.tiles(range)).map(({ position, tile }) => ({
      day: position.slice(user.length + 1, user.length + 11),
      isKnown: isKnownDay((JSON.parse(`{${tile.strangers}}`) as Pick<Photo, 'takenAt'>).takenAt),
      shown: tile,
    })),
  );

/**
 * Reads the memories of a day with the photos themselves, which cost a read each.
 * @throws AppError account-erased
 */
export const readMemoriesWithPhotos = (store: Store, user: UserId, date: string): Promise<Memories<Photo>> =>
  read(store, user, date, async (snapshot, range) =>
    (await snapshot.photos(range)).map((photo) => ({
      day: timelineKey(photo).slice(user.length + 1, user.length + 11),
      isKnown: isKnownDay(photo.takenAt),
      shown: photo,
    })),
  );

/** A photo of which only the month or year is known stands on its first day, and was taken on some other. */
const isKnownDay = ({ precision }: Photo['takenAt']) => precision !== 'month' && precision !== 'year';

interface Dated<Shown> {
  /** As `2019-11-29`. */
  day: string;
  isKnown: boolean;
  shown: Shown;
}

type ReadRange<Shown> = (snapshot: Snapshot, range: IndexRange) => Promise<Dated<Shown>[]>;

async function read<Shown>(
  store: Store,
  id: UserId,
  date: string,
  readRange: ReadRange<Shown>,
): Promise<Memories<Shown>> {
  const found = await store.snapshot(id, async (snapshot) => {
    const { user } = snapshot;
    const memories: Memory<Shown>[] = [];
    for (const { year, days, count } of hits(await snapshot.years(), date, user.hiddenDays ?? [])) {
      // `~` sorts after every character of a time. The days of one memory follow each other.
      const range = { by: 'timelineKey', towards: 'older', from: `${id}|${days[0]}~` } as const;
      const photos = await readRange(snapshot, { ...range, limit: Math.min(count, MOST_PHOTOS) });
      const taken = photos.filter(({ day, isKnown }) => isKnown && days.includes(day));
      const [newest] = taken;
      if (!newest) continue;
      const title = titleOf(Number(date.slice(0, 4)) - Number(year));
      memories.push({ date: newest.day, title, count, photos: taken.map(({ shown }) => shown) });
    }
    return { user, memories };
  });
  if (!found) throw accountErased();
  return found;
}

interface Hit {
  year: string;
  /** Latest first. */
  days: string[];
  count: number;
}

/** The earlier years that have photos of that day, the latest first. */
function hits(years: readonly [name: string, year: Year][], date: string, hidden: readonly string[]): Hit[] {
  const monthDays = monthDaysOf(date);
  return years
    .filter(([year]) => year < date.slice(0, 4))
    .map(([year, { days }]) => {
      const shown = monthDays.filter((day) => days[day] !== undefined && !hidden.includes(`${year}-${day}`));
      const count = shown.reduce((sum, day) => sum + (days[day] ?? 0), 0);
      return { year, days: shown.map((day) => `${year}-${day}`), count };
    })
    .filter(({ count }) => count > 0)
    .reverse();
}

/** A year without 29 February remembers that day on the 28th. */
function monthDaysOf(date: string): string[] {
  const day = date.slice(5);
  const next = new Date(`${date}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return day === '02-28' && next.toISOString().slice(5, 10) === '03-01' ? ['02-29', '02-28'] : [day];
}

const titleOf = (years: number) => (years === 1 ? '1 year ago' : `${years} years ago`);
