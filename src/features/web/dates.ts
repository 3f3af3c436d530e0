import type { TakenAt } from '../photos/schemas.ts';

const DAY: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' };
const MINUTE: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' };

/** `2019-07-01` of a time that begins so: an instant in UTC, or a wall-clock time. */
export const dayOf = (time: string) => time.slice(0, 10);

/** `Mon, 1 Jul 2019` for `2019-07-01`. */
export const writeDay = (day: string) => write(DAY, `${day}T00:00:00`);

/** As much of a capture time as is known: `1 Jul 2019, 10:00`, `1 Jul 2019`, `July 2019`, `2019`. */
export function writeTaken({ local, precision }: Pick<TakenAt, 'local' | 'precision'>): string {
  if (precision === 'year') return local.slice(0, 4);
  return write(FORMATS[precision], local.slice(0, 19));
}

/** The same for machines: `2019-07-01T10:00`, `2019-07-01`, `2019-07`, `2019`. */
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

/** As UTC, so that a wall-clock time stays what it is wherever this runs. What is no time is shown as it came. */
function write(options: Intl.DateTimeFormatOptions, local: string): string {
  const time = Date.parse(`${local}Z`);
  return Number.isNaN(time) ? local : formatOf(options).format(time);
}

const formats = new Map<Intl.DateTimeFormatOptions, Intl.DateTimeFormat>();

/** Made with its first use, for it takes some ten milliseconds: the start of the program does not wait for it. */
function formatOf(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const format = formats.get(options) ?? new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' });
  formats.set(options, format);
  return format;
}
