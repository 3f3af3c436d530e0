import type { CalendarDay, TimeZone } from '../../runtime/time-zone.ts';
import { once } from '../../runtime/lazy.ts';
import { DAY_MS } from '../../runtime/durations.ts';

/** The time of a summary: one day, or one week from Monday to Sunday, in the reader's time zone. */
export type SummaryPeriod = 'day' | 'week';

/** Start and end of a period, in milliseconds since the Unix epoch. The end is the start of the next period. */
export interface Bounds {
  from: number;
  to: number;
}

/** Reads a key such as `2026-11-20` or `2026-W47` (ISO 8601). Returns undefined if it is no day or week. */
export function boundsOf(period: SummaryPeriod, key: string, zone: TimeZone): Bounds | undefined {
  const first = firstDayOf(period, key);
  if (first === undefined) return undefined;
  return { from: midnight(zone, first), to: midnight(zone, first + LENGTHS[period]) };
}

/** A reader of summaries. Times are milliseconds since the Unix epoch. */
interface Reader {
  zone: TimeZone;
  /** When the reader asked for summaries. Summaries that were due before are not sent. */
  since: number;
  now: number;
}

/**
 * Returns the keys of the periods whose summary is due, oldest first. The summary of a day is due at seven the next
 * morning, of a week on Monday at nine. They stay due for some days, because a run may have been missed.
 */
export function duePeriods(period: SummaryPeriod, { zone, since, now }: Reader): string[] {
  const { days, hour, latest } = DUE[period];
  const current = STARTS[period](dayNumber(zone.dayAt(now)));
  const isDue = (end: number) => {
    const due = zone.instantOf(dayOf(end), hour * 60, 'shifted');
    return due <= now && due > since && now - due <= latest * DAY_MS;
  };
  const ends = Array.from({ length: Math.ceil(latest / days) + 1 }, (_, back) => current - back * LENGTHS[period]);
  return ends
    .filter(isDue)
    .map((end) => KEYS[period](end - LENGTHS[period]))
    .reverse();
}

/** Writes a period for a sentence: `on 20 November 2026`, `from 16 November 2026 to 22 November 2026`. */
export function whenOf(period: SummaryPeriod, key: string): string {
  const first = firstDayOf(period, key) ?? NaN;
  if (period === 'day') return `on ${dateFormat().format(first)}`;
  return `from ${dateFormat().format(first)} to ${dateFormat().format(first + LENGTHS.week - DAY_MS)}`;
}

/** Below, a day is the number of milliseconds from the Unix epoch to its midnight in UTC. */
const LENGTHS: Record<SummaryPeriod, number> = { day: DAY_MS, week: 7 * DAY_MS };
const KEYS: Record<SummaryPeriod, (day: number) => string> = { day: dayKey, week: weekKey };
const STARTS: Record<SummaryPeriod, (day: number) => number> = { day: (day) => day, week: mondayOf };

/** The length of a period in days, the hour at which its summary is due, and the days during which it stays due. */
const DUE: Record<SummaryPeriod, { days: number; hour: number; latest: number }> = {
  day: { days: 1, hour: 7, latest: 3 },
  week: { days: 7, hour: 9, latest: 7 },
};

const dateFormat = once(() => new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }));

const midnight = (zone: TimeZone, day: number) => zone.instantOf(dayOf(day), 0, 'first-after');

const dayNumber = ({ year, month, day }: CalendarDay) => Date.UTC(year, month - 1, day);

function dayOf(day: number): CalendarDay {
  const date = new Date(day);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function firstDayOf(period: SummaryPeriod, key: string): number | undefined {
  const first = period === 'day' ? namedDay(key) : namedWeek(key);
  // A day or week that does not exist gives another key: 30 February, week 53 of most years.
  return Number.isNaN(first) || KEYS[period](first) !== key ? undefined : first;
}

function dayKey(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}

/** A week belongs to the year of its Thursday (ISO 8601). */
function weekKey(day: number): string {
  const thursday = mondayOf(day) + 3 * DAY_MS;
  const year = new Date(thursday).getUTCFullYear();
  const week = 1 + Math.floor((thursday - Date.UTC(year, 0, 1)) / LENGTHS.week);
  return `${year}-W${String(week).padStart(2, '0')}`;
}

function mondayOf(day: number): number {
  return day - ((new Date(day).getUTCDay() + 6) % 7) * DAY_MS;
}

function namedDay(key: string): number {
  return /^\d{4}-\d\d-\d\d$/.test(key) ? Date.parse(`${key}T00:00:00Z`) : NaN;
}

/** 4 January is always in the first week. */
function namedWeek(key: string): number {
  const [, year, week] = /^(\d{4})-W(\d\d)$/.exec(key) ?? [];
  return mondayOf(Date.UTC(Number(year), 0, 4)) + (Number(week) - 1) * LENGTHS.week;
}
