import { LRUCache } from 'lru-cache';
import { DAY_MS, MINUTE_MS } from './durations.ts';

/** A day of the calendar. Months and days count from 1, and days may overflow: the 32nd of January is the 1st of February. */
export interface CalendarDay {
  year: number;
  month: number;
  day: number;
}

/** What the clocks of a place show. All instants are milliseconds since the Unix epoch. */
export interface TimeZone {
  name: string;
  /** By how much its clocks are ahead of UTC at an instant, in milliseconds. */
  offsetAt(instant: number): number;
  /** The local date at an instant. */
  dayAt(instant: number): CalendarDay;
  /**
   * When clocks show that time (minutes since midnight). Of two such instants the first. A time that is skipped comes
   * as much later as was skipped (`shifted`), or is the first instant after the gap (`first-after`).
   */
  instantOf(day: CalendarDay, minutes: number, skipped: 'shifted' | 'first-after'): number;
  /** How clocks are put back on a local day or around its ends, if they are. */
  putBackAround(day: CalendarDay): PutBack | undefined;
}

/** Clocks that are put back show the times of one hour, or of as much as they are put back, twice. */
export interface PutBack {
  /** The first time that is shown twice, and the first that is not any more, as if they were UTC. */
  from: number;
  to: number;
  /** By how much clocks are ahead of UTC before and after that, in milliseconds. */
  before: number;
  after: number;
}

/** A zone of the zoneinfo database; a RangeError for an unknown name. */
export function timeZone(name: string): TimeZone {
  // The usual zone needs no table: to load one takes two milliseconds of each start.
  const zone = name === UTC.name ? UTC : (zones.get(name) ?? changingZone(name));
  zones.set(name, zone);
  return zone;
}

/** A zone is made in 0.4 ms and holds 50 KB. Names come from callers, so that there may be many. */
const zones = new LRUCache<string, TimeZone>({ max: 200 });

const UTC: TimeZone = {
  name: 'UTC',
  offsetAt: () => 0,
  dayAt: dayOf,
  instantOf: ({ year, month, day }, minutes) => Date.UTC(year, month - 1, day) + minutes * MINUTE_MS,
  putBackAround: () => undefined,
};

function changingZone(name: string): TimeZone {
  // The name of an offset is told five times faster than the fields of a date.
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset', year: 'numeric' });
  const offsetAt = (instant: number) => readOffset(format.format(instant));
  return { name, offsetAt, dayAt: (instant) => dayOf(instant + offsetAt(instant)), instantOf, putBackAround };

  function instantOf(day: CalendarDay, minutes: number, skipped: 'shifted' | 'first-after'): number {
    const wall = Date.UTC(day.year, day.month - 1, day.day) + minutes * MINUTE_MS;
    // No zone changes its clocks twice within two days, so these are the only two offsets that can hold.
    const before = offsetAt(wall - DAY_MS);
    const after = offsetAt(wall + DAY_MS);
    const found = [wall - before, wall - after].filter((instant) => instant + offsetAt(instant) === wall);
    if (found.length > 0) return Math.min(...found);
    return skipped === 'shifted' ? wall - before : changeBetween(wall - after, wall - before);
  }

  function putBackAround({ year, month, day }: CalendarDay): PutBack | undefined {
    const [early, late] = [Date.UTC(year, month - 1, day) - DAY_MS, Date.UTC(year, month - 1, day) + 2 * DAY_MS];
    const [before, after] = [offsetAt(early), offsetAt(late)];
    if (after >= before) return undefined;
    const change = changeBetween(early, late);
    return { from: change + after, to: change + before, before, after };
  }

  /** The first instant with the later offset, to the minute. */
  function changeBetween(early: number, late: number): number {
    const target = offsetAt(late);
    while (late - early > MINUTE_MS) {
      const middle = early + Math.floor((late - early) / 2 / MINUTE_MS) * MINUTE_MS;
      if (offsetAt(middle) === target) late = middle;
      else early = middle;
    }
    return late;
  }
}

/** The milliseconds in `2019, GMT+02:00`; nothing stands behind GMT for none. Before 1972 there are seconds. */
function readOffset(text: string): number {
  const [, sign, hours, minutes, seconds = 0] = /GMT([-+])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1_000 : 1_000) * (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds));
}

function dayOf(wall: number): CalendarDay {
  const date = new Date(wall);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** `+02:00` in minutes. */
export function offsetMinutes(offset: string): number {
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** Minutes ahead of UTC as `+02:00`. */
export function writeOffset(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}
