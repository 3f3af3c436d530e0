/** A moment as a camera knows it: what the clock on the wall showed, and where that wall stood, if that is known. */
export interface Moment {
  /** `2019-07-01T10:00:00`, with the digits of a fraction as they were found. No zone. */
  local: string;
  /** `+02:00`, or null: then the time is floating and belongs to no instant. */
  offset: string | null;
  /** The instant, `2019-07-01T08:00:00Z` with the same fraction, or null when the offset is not known. */
  utc: string | null;
}

const MINUTE = 60_000;

/** `YYYY:MM:DD hh:mm:ss` as EXIF writes it and every ISO 8601 form of it; the time may be missing, or its seconds. */
const DATE_TIME =
  /^(\d{4})[-:./](\d{2})[-:./](\d{2})(?:[T ]+(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)? *(Z|[-+]\d{2}:?\d{2})?$/;

/**
 * Reads a date with or without time, fraction and offset. Fractions and offsets that stand in tags of their own come
 * in by `parts`. Undefined for what is no moment: blanks, zeros, a month alone, the 30th of February, 25 o'clock.
 */
export function parseMoment(text = '', parts: { fraction?: string; offset?: string } = {}): Moment | undefined {
  const match = DATE_TIME.exec(text.trim());
  if (!match) return undefined;
  const [, year = '', month, day, hour = '00', minute = '00', second = '00', fraction, offset] = match;
  const seconds = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  if (!isRealTime(seconds)) return undefined;
  return momentAt(seconds, fraction ?? digits(parts.fraction), parseOffset(parts.offset) ?? parseOffset(offset));
}

/** The instant `ms` (since the Unix epoch) as a clock in UTC shows it, to the millisecond. */
export function momentOfInstant(ms: number): Moment {
  const utc = new Date(ms).toISOString();
  return { local: utc.slice(0, -1), offset: '+00:00', utc };
}

/** The canonical form of an offset (`+02:00`); undefined for what is none, and for `-00:00`, which means unknown. */
export function parseOffset(text = ''): string | undefined {
  if (text.trim() === 'Z') return '+00:00';
  const match = /^([-+])(\d{1,2}):?(\d{2})$/.exec(text.trim());
  if (!match) return undefined;
  const [, sign, hours = '', minutes] = match;
  const offset = `${sign}${hours.padStart(2, '0')}:${minutes}`;
  return offset === '-00:00' || Math.abs(offsetMinutes(offset)) > FURTHEST_OFFSET ? undefined : offset;
}

/** No wall clock on earth is further from UTC than Kiribati's, in minutes. */
const FURTHEST_OFFSET = 14 * 60;

/** What counters show that were never set: the zeros of FILETIME, of VMS and astronomers, of spreadsheets, of old Macs. */
const NEVER_SET = new Set(['1601-01-01T00:00:00', '1858-11-17T00:00:00', '1899-12-30T00:00:00', '1904-01-01T00:00:00']);

/** True if the calendar and the clock have this time. Years of less than four digits are fillers (0000, 0001). */
function isRealTime(seconds: string): boolean {
  const ms = Date.parse(`${seconds}Z`);
  if (Number.isNaN(ms) || seconds < '1000') return false;
  return new Date(ms).toISOString().startsWith(seconds) && !NEVER_SET.has(seconds);
}

/** Nine digits are nanoseconds; what a longer fraction adds is noise. */
function digits(text = ''): string | undefined {
  return /^\d+$/.test(text.trim()) ? text.trim() : undefined;
}

/** The moment of a wall-clock time that the calendar has: `2019-07-01T10:00:00`, digits of a fraction, `+02:00`. */
export function momentAt(seconds: string, fraction: string | undefined, offset: string | undefined): Moment {
  const tail = fraction ? `.${fraction.slice(0, 9)}` : '';
  if (!offset) return { local: seconds + tail, offset: null, utc: null };
  const instant = new Date(Date.parse(`${seconds}Z`) - offsetMinutes(offset) * MINUTE).toISOString();
  return { local: seconds + tail, offset, utc: `${instant.slice(0, 19)}${tail}Z` };
}

function offsetMinutes(offset: string): number {
  const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
