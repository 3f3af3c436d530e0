import { HALF_DAY, plainText } from './half-day.ts';
import { checkedCaptureTime } from './parse-capture-time.ts';
import { captureTimeOfInstant, type CaptureTime } from './wall-clock.ts';

/**
 * No digit or letter before it, unless a camera's word is: so serial numbers and hashes are not taken for dates. Chinese
 * programs write their words right before the date.
 */
const START = String.raw`(?<![0-9A-Za-z])(?:IMG|VID|PANO|MVIMG|BURST|STK|PHOTO|IMAG\d{4}_BURST)?`;
const DATE = String.raw`(?<year>(?:19|20)\d\d)(?<gap>[-_.]?)(?<month>\d\d)\k<gap>(?<day>\d\d)`;
const LONG_DATE = String.raw`(?<year>(?:19|20)\d\d)(?<gap>[-_./])(?<month>\d{1,2})\k<gap>(?<day>\d{1,2})`;
const TIME = String.raw`(?<hour>\d\d)(?<colon>[-_.:]?)(?<minute>\d\d)\k<colon>(?<second>\d\d)`;
const SPOKEN_TIME = String.raw`(?<hour>\d\d)h(?<minute>\d\d)m(?<second>\d\d)s?`;
const HALF = (name: string) => String.raw`(?<${name}>${HALF_DAY})?`;

/** Words of screenshot tools between date and time: `at`, `um`, `à`, `a la(s)`, `kl.`, `kello`, `v`, `lúc`. */
const WORDS = String.raw`(?:(?!${HALF_DAY})\p{L}{1,5}(?:\(\p{L}\))?\.? ){1,2}`;
const CLOCK = String.raw`(?<hour>\d{1,2})(?<colon>[.:_-])(?<minute>\d\d)`;
const SECOND = String.raw`\k<colon>(?<second>\d\d)`;
const END = String.raw`(?![0-9])`;

/**
 * What the common cameras, messengers and screenshot tools write, the more exact first. Pixel phones name their files
 * in UTC (`PXL_…`) with milliseconds behind, WhatsApp names only the day (`IMG-20190701-WA0001`), so do some phones with
 * a number behind it (`WP_20130818_001`). Hundredths are taken only where the name is a camera's: `20190701-20190705`
 * are two days.
 */
const PATTERNS = [
  String.raw`^PXL_${DATE}_${TIME}(?<fraction>\d{3})(?<utc>)${END}`,
  String.raw`${START}${DATE}[-_ ]?T${TIME}(?:\.(?<fraction>\d{1,3}))?(?<utc>Z)(?![A-Za-z0-9])`,
  String.raw`^(?:IMG|VID)_${DATE}_(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)(?<fraction>\d{2,3})${END}`,
  String.raw`${START}${DATE}(?:[-_. T]|, | at |-at-)${TIME}(?:[-_.]?(?<fraction>\d{3}))?${END} ?${HALF('after')}`,
  String.raw`${START}${DATE}(?:[-_. T]|, | at |-at-)${SPOKEN_TIME}${END}`,
  String.raw`${START}${DATE}${TIME}(?<fraction>\d{3})?(?![0-9A-Za-z])`,
  String.raw`${START}${LONG_DATE}(?:, ?|[-_. T]| - )?(?:${WORDS})?${HALF('before')} ?${CLOCK}${SECOND}${END} ?${HALF('after')}`,
  String.raw`${START}${LONG_DATE}(?:,? )${WORDS}${HALF('before')} ?${CLOCK}(?![-_:]?[0-9]) ?${HALF('after')}`,
  String.raw`^(?:IMG|VID|STK|AUD|PTT)-${DATE}-WA\d+`,
  String.raw`^WP_${DATE}_\d{3}${END}`,
  String.raw`(?<![0-9A-Za-z])(?<year>(?:19|20)\d\d)-(?<month>\d\d)-(?<day>\d\d)(?![0-9A-Za-z]|-[0-9A-Fa-f]{3})`,
].map((pattern) => new RegExp(pattern, 'iu'));

/** Messengers that name what they save by the milliseconds since the Unix epoch: from 2001 to 2033. */
const EPOCH = /^(?:mmexport|FB_IMG_|wx_camera_|microMsg\.|PhotoGrid_)(1\d{12})(?![0-9])/i;

/**
 * The time that a file's name contains: `IMG_20190701_100000`, `PXL_20190701_100000123`, `Screenshot_20190701-100000`,
 * `2019-07-01 10.00.00`, `IMG-20190701-WA0001` (the day, at midnight) and the like. Undefined when it contains none.
 */
export function captureTimeOfFileName(fileName: string): CaptureTime | undefined {
  const name = plainText(fileName, LONGEST_NAME_CHARACTERS);
  const [, epoch] = EPOCH.exec(name) ?? [];
  if (epoch !== undefined) return captureTimeOfInstant(Number(epoch));
  for (const pattern of PATTERNS) {
    const found = pattern.exec(name);
    const time = found && captureTimeOf(found);
    if (time) return time;
  }
  return undefined;
}

/** File systems take 255 characters or bytes. */
const LONGEST_NAME_CHARACTERS = 255;

function captureTimeOf(found: RegExpExecArray): CaptureTime | undefined {
  const { year = '', month = '', day = '', hour, utc } = found.groups ?? {};
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = checkedCaptureTime(date, found, { offset: utc === undefined ? '' : 'Z' });
  // Digits that no clock shows are no time.
  if (!time || (hour !== undefined && time.precision === 'day')) return undefined;
  return utc === undefined ? time : { ...time, instant: true };
}
