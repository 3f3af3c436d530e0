const DAY = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});
const MINUTE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });

/** `2019-07-01` of a time that begins so: an instant in UTC, or a wall-clock time. */
export const dayOf = (time: string) => time.slice(0, 10);

/** `Mon, 1 Jul 2019` for `2019-07-01`. */
export const writeDay = (day: string) => write(DAY, `${day}T00:00:00`);

/** `1 Jul 2019, 10:00` for the wall-clock time `2019-07-01T10:00:00.12`. */
export const writeMinute = (local: string) => write(MINUTE, local.slice(0, 19));

/** As UTC, so that a wall-clock time stays what it is wherever this runs. What is no time is shown as it came. */
function write(format: Intl.DateTimeFormat, local: string): string {
  const time = Date.parse(`${local}Z`);
  return Number.isNaN(time) ? local : format.format(time);
}
