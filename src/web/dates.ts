const DAY: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' };
const MINUTE: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' };

/** `2019-07-01` of a time that begins so: an instant in UTC, or a wall-clock time. */
export const dayOf = (time: string) => time.slice(0, 10);

/** `Mon, 1 Jul 2019` for `2019-07-01`. */
export const writeDay = (day: string) => write(DAY, `${day}T00:00:00`);

/** `1 Jul 2019, 10:00` for the wall-clock time `2019-07-01T10:00:00.12`. */
export const writeMinute = (local: string) => write(MINUTE, local.slice(0, 19));

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
