import { HALF_DAY, hourOfDay, plainText } from './half-day.ts';
import { captureTimeAt, parseOffset, type CaptureTime, type Precision } from './wall-clock.ts';

interface CaptureTimeParts {
  /** Digits from a tag of their own. */
  fraction?: string;
  /** The offset from a tag of its own. It wins over one behind the time. */
  offset?: string;
  /** Whether a month or a year alone is a date: XMP and IPTC allow that, EXIF does not. */
  partial?: boolean;
}

/**
 * Reads a date as EXIF (`YYYY:MM:DD hh:mm:ss`), XMP, IPTC and ISO 8601 write it, and as careless programs do: fields of
 * one digit, AM and PM, hour 24, second 60. A date counts even if what follows it cannot be read; `precision` says how
 * much was read. Undefined for text without a date of the calendar, and for the times of clocks that were never set.
 */
export function parseCaptureTime(text = '', parts: CaptureTimeParts = {}): CaptureTime | undefined {
  const plain = plainText(text, LONGEST_DATE_CHARACTERS).replace(/^(\d{4})(\d\d)(\d\d)(?!\d)/, '$1-$2-$3');
  const date = DATE.exec(plain);
  if (!date) return parts.partial === true ? partialDate(plain) : undefined;
  const [found, year = '', month = '', day = ''] = date;
  const rest = plain.slice(found.length);
  const time = checkedCaptureTime([year, pad(month), pad(day)].join('-'), TIME.exec(rest), parts);
  return time ?? (parts.partial === true ? partialDate(plain) : undefined);
}

/** Characters of a date with everything that programs put beside it. */
const LONGEST_DATE_CHARACTERS = 100;

/**
 * The capture time of a date and of what was found as its time. Undefined for a date that the calendar does not have,
 * and for the times of clocks that were never set.
 */
export function checkedCaptureTime(
  date: string,
  time: { groups?: Record<string, string | undefined> | undefined } | null | undefined,
  parts: Pick<CaptureTimeParts, 'fraction' | 'offset'> = {},
): CaptureTime | undefined {
  if (!isRealDate(date)) return undefined;
  const { clock, precision } = clockOf(time?.groups ?? {});
  if (precision === 'day') return setOnce(captureTimeAt(`${date}T00:00:00`, undefined, undefined, 'day'));
  const { fraction, zone } = time?.groups ?? {};
  const offset = parseOffset(parts.offset) ?? parseOffset(zone);
  return setOnce(captureTimeAt(`${date}T${clock}`, fraction ?? digits(parts.fraction), offset, precision));
}

const DATE = /^(\d{4})[-:./] *(\d{1,2})[-:./] *(\d{1,2})(?!\d)/;

const TIME = new RegExp(
  String.raw`^[T:, ]*(?<before>${HALF_DAY})? *(?<hour>\d{1,2})[:.] *(?<minute>\d{1,2})` +
    String.raw`(?:[:.] *(?<second>\d{1,2})(?:[.,](?<fraction>\d+))?)?(?!\d) *(?<after>${HALF_DAY})?` +
    String.raw` *(?<zone>(?:Z|UTC|GMT|UT)? ?(?:[-+]\d{1,2}(?::?\d{2})?)?(?![\d:]))?`,
  'iu',
);

function clockOf(time: Record<string, string | undefined>): { clock: string; precision: Precision } {
  const { hour, minute, second } = time;
  const hours = hourOfDay(Number(hour), time['before'] ?? time['after']);
  const isReal = hours < 24 && Number(minute) < 60 && Number(second ?? 0) <= 60;
  if (hour === undefined || minute === undefined || !isReal) return { clock: '', precision: 'day' };
  // A leap second counts as the last second of its minute.
  const seconds = second === '60' ? '59' : (second ?? '0');
  const clock = [String(hours), minute, seconds].map(pad).join(':');
  return { clock, precision: second === undefined ? 'minute' : 'second' };
}

/** `2019`, `2019-07`, and IPTC's `20190700` and `20190000` as they are told here (IIM 4.2, 2:55): `2019-07-00`. */
function partialDate(text: string): CaptureTime | undefined {
  const [, year = '', month = '00', day] = /^(\d{4})(?:[-:./](\d{1,2})(?:[-:./](\d{1,2}))?)?(?![\d])/.exec(text) ?? [];
  if (day !== undefined && Number(day) !== 0) return undefined;
  const isYear = Number(month) === 0;
  const first = `${year}-${isYear ? '01' : pad(month)}-01`;
  return isRealDate(first)
    ? captureTimeAt(`${first}T00:00:00`, undefined, undefined, isYear ? 'year' : 'month')
    : undefined;
}

/** Years of less than four digits are fillers (0000, 0001). */
function isRealDate(date: string): boolean {
  const ms = Date.parse(`${date}T00:00:00Z`);
  // Formatting the date again reveals a day that does not exist: 30 February.
  return date >= '1000' && !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}

/**
 * Where counters begin that were never set: FILETIME, VMS and astronomers, spreadsheets, old Macs, Unix, and the file
 * systems of memory cards.
 */
const NEVER_SET = ['1601-01-01', '1858-11-17', '1899-12-30', '1904-01-01', '1970-01-01', '1980-01-01'];
const ZEROS = new Set(NEVER_SET.map((day) => `${day}T00:00:00`));

/** Passes a time, unless a clock that was never set shows it, be it in UTC. */
function setOnce(time: CaptureTime): CaptureTime | undefined {
  return ZEROS.has(time.local) || ZEROS.has(time.utc?.slice(0, 19) ?? '') ? undefined : time;
}

const pad = (digits: string) => digits.padStart(2, '0');

function digits(text = ''): string | undefined {
  return /^\d+$/.test(text.trim()) ? text.trim() : undefined;
}
