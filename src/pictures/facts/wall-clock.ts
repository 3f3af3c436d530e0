import { offsetMinutes } from '../../runtime/time-zone.ts';
import { MINUTE_MS } from '../../runtime/durations.ts';

/** How much of a time is known: a photo of which only the year is known stands at the start of that year. */
export type Precision = 'second' | 'minute' | 'day' | 'month' | 'year';

/** A time as a camera knows it: what the clock on the wall showed, and its offset from UTC if that is known. */
export interface CaptureTime {
  /** `2019-07-01T10:00:00`, with the digits of a fraction as they were found. No zone. */
  local: string;
  /** `+02:00`, or null: then the time is floating and belongs to no instant. */
  offset: string | null;
  /** The instant, `2019-07-01T08:00:00Z` with the same fraction, or null when the offset is not known. */
  utc: string | null;
  precision: Precision;
  /** True when only the instant is known: then `local` and `offset` are those of UTC here, of the owner's zone later. */
  instant?: true;
}

/** The instant `ms` (since the Unix epoch) as a clock in UTC shows it, to the millisecond. */
export function captureTimeOfInstant(ms: number): CaptureTime {
  const utc = new Date(ms).toISOString();
  return { local: utc.slice(0, -1), offset: '+00:00', utc, precision: 'second', instant: true };
}

/** The capture time of a wall-clock time that the calendar has: `2019-07-01T10:00:00`, digits of a fraction, `+02:00`. */
export function captureTimeAt(
  seconds: string,
  fraction: string | undefined,
  offset: string | undefined,
  precision: Precision = 'second',
): CaptureTime {
  // Nine digits are nanoseconds. Further digits are noise.
  const tail = fraction ? `.${fraction.slice(0, 9)}` : '';
  if (!offset) return { local: seconds + tail, offset: null, utc: null, precision };
  const instant = new Date(Date.parse(`${seconds}Z`) - offsetMinutes(offset) * MINUTE_MS).toISOString();
  return { local: seconds + tail, offset, utc: `${instant.slice(0, 19)}${tail}Z`, precision };
}

/**
 * Returns the canonical form of an offset, `+02:00`. Reads `+02`, `+2:00`, `+0200`, `Z`, `UTC` and `GMT+2` too.
 * Undefined for other text, and for `-00:00`, which means unknown (RFC 3339, 4.3).
 */
export function parseOffset(text = ''): string | undefined {
  const match = OFFSET.exec(text.trim());
  if (!match) return undefined;
  const [, zone, sign, hours, minutes = '00'] = match;
  if (hours === undefined) return zone && '+00:00';
  // Only a zone's name before it makes a bare digit an offset.
  if (zone === undefined && hours.length === 1 && match[4] === undefined) return undefined;
  const offset = `${sign}${hours.padStart(2, '0')}:${minutes}`;
  const isOnEarth = Number(minutes) < 60 && Math.abs(offsetMinutes(offset)) <= FURTHEST_OFFSET_MINUTES;
  return offset === '-00:00' || !isOnEarth ? undefined : offset;
}

const OFFSET = /^(Z|UTC|GMT|UT)? ?(?:([-+])(\d{1,2})(?::?(\d{2}))?)?$/i;

/** No wall clock on earth is further from UTC than Kiribati's, in minutes. */
const FURTHEST_OFFSET_MINUTES = 14 * 60;
