/** What a summary is about: one day, or one week from Monday to Sunday. All in UTC. */
export type Period = 'day' | 'week';

/** From the first moment of a period to the first one after it, in milliseconds since the Unix epoch. */
export interface Bounds {
  from: number;
  to: number;
}

/** The moments that a key stands for: `2026-11-20` or, by ISO 8601, `2026-W47`. Undefined if it stands for none. */
export function boundsOf(period: Period, key: string): Bounds | undefined {
  const from = period === 'day' ? startOfNamedDay(key) : startOfNamedWeek(key);
  // The way back shows a day or a week that there is not: 30 February, week 53 of most years.
  if (Number.isNaN(from) || KEYS[period](from) !== key) return undefined;
  return { from, to: from + LENGTHS[period] };
}

/** The key of the latest period that was over at `now` (milliseconds since the Unix epoch). */
export function latestFull(period: Period, now: number): string {
  return KEYS[period](now - LENGTHS[period]);
}

/** As part of a sentence: `on 20 November 2026`, `from 16 November 2026 to 22 November 2026`. */
export function whenOf(period: Period, { from, to }: Bounds): string {
  if (period === 'day') return `on ${DATE.format(from)}`;
  return `from ${DATE.format(from)} to ${DATE.format(to - 1)}`;
}

const DAY = 86_400_000;
const LENGTHS: Record<Period, number> = { day: DAY, week: 7 * DAY };
const KEYS: Record<Period, (ms: number) => string> = { day: dayKey, week: weekKey };

const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

function dayKey(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** A week belongs to the year that its Thursday is in (ISO 8601). */
function weekKey(ms: number): string {
  const thursday = mondayOf(ms) + 3 * DAY;
  const year = new Date(thursday).getUTCFullYear();
  const week = 1 + Math.floor((thursday - Date.UTC(year, 0, 1)) / LENGTHS.week);
  return `${year}-W${String(week).padStart(2, '0')}`;
}

function mondayOf(ms: number): number {
  const midnight = ms - (ms % DAY);
  return midnight - ((new Date(ms).getUTCDay() + 6) % 7) * DAY;
}

function startOfNamedDay(key: string): number {
  return /^\d{4}-\d\d-\d\d$/.test(key) ? Date.parse(`${key}T00:00:00Z`) : NaN;
}

/** 4 January is always in the first week. */
function startOfNamedWeek(key: string): number {
  const [, year, week] = /^(\d{4})-W(\d\d)$/.exec(key) ?? [];
  return mondayOf(Date.UTC(Number(year), 0, 4)) + (Number(week) - 1) * LENGTHS.week;
}
