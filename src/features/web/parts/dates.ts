import type { TakenAt } from '../../photos/schemas.ts';

const DAY: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' };
const MINUTE: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' };

/** Returns the day `2019-07-01` of an instant in UTC or of a wall-clock time. */
export const dayOf = (time: string) => time.slice(0, 10);

/** Returns the known part of the local day of capture: `2019-07-01`, `2019-07` or `2019`. */
export const knownDay = ({ local, precision }: Pick<TakenAt, 'local' | 'precision'>) =>
  local.slice(0, Math.min(KNOWN[precision], KNOWN.day));

/** Writes `2019-07-01` as `Mon, 1 Jul 2019`, `2019-07` as `July 2019`, and `2019` as it is. */
export function writeDay(day: string): string {
  if (day.length === KNOWN.year) return day;
  return day.length === KNOWN.month ? writeMonth(day) : write(DAY, `${day}T00:00:00`);
}

/** Writes `2019-07` as `July 2019`. */
export const writeMonth = (month: string) => write(FORMATS.month, `${month}-01T00:00:00`);

/** Writes the known part of a capture time: `1 Jul 2019, 10:00`, `1 Jul 2019`, `July 2019`, `2019`. */
export function writeTaken({ local, precision }: Pick<TakenAt, 'local' | 'precision'>): string {
  if (precision === 'year') return local.slice(0, 4);
  return write(FORMATS[precision], local.slice(0, 19));
}

/** Writes an instant (RFC 3339) as its time of day in a zone: `1 Jul 2019, 10:00`. */
export const writeInstant = (instant: string, timeZone: string) =>
  new Intl.DateTimeFormat('en-GB', { ...MINUTE, timeZone }).format(Date.parse(instant));

/** Returns the day `2019-07-01` of an instant in a zone. */
export const dayIn = (timeZone: string, ms: number) =>
  new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone }).format(ms);

/** Writes the time of day of an instant in a zone: `10:00`. */
export const clockIn = (timeZone: string, ms: number) =>
  new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone }).format(ms);

/** Writes a capture time for machines: `2019-07-01T10:00`, `2019-07-01`, `2019-07`, `2019`. */
export const takenStamp = ({ local, precision }: Pick<TakenAt, 'local' | 'precision'>) =>
  local.slice(0, KNOWN[precision]);

const FORMATS = {
  second: MINUTE,
  minute: MINUTE,
  day: { dateStyle: 'medium' },
  month: { month: 'long', year: 'numeric' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Characters of `2019-07-01T10:00:00`. */
const KNOWN = { second: 19, minute: 16, day: 10, month: 7, year: 4 };

/** UTC keeps a wall-clock time the same on every machine. A text that is no time is returned unchanged. */
function write(options: Intl.DateTimeFormatOptions, local: string): string {
  const time = Date.parse(`${local}Z`);
  return Number.isNaN(time) ? local : formatOf(options).format(time);
}

const formats = new Map<Intl.DateTimeFormatOptions, Intl.DateTimeFormat>();

/** Creates a format at its first use. It takes some 10 ms, which the start does not wait for. */
function formatOf(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const format = formats.get(options) ?? new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' });
  formats.set(options, format);
  return format;
}
