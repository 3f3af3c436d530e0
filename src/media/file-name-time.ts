import { parseMoment, type Moment } from './wall-clock.ts';

/** Digits that are no part of a longer number, so that serial numbers and hashes are not taken for dates. */
const DATE = String.raw`(?<![0-9])(?<year>(?:19|20)\d\d)(?<gap>[-_.]?)(?<month>\d\d)\k<gap>(?<day>\d\d)`;
const TIME = String.raw`(?<hour>\d\d)(?<colon>[-_.:h]?)(?<minute>\d\d)[-_.:m]?(?<second>\d\d)`;

/**
 * What the common cameras, messengers and screenshot tools write, the more exact first. Pixel phones name their files
 * in UTC (`PXL_…`) with milliseconds behind; WhatsApp names only the day (`IMG-20190701-WA0001`).
 */
const PATTERNS = [
  new RegExp(String.raw`^PXL_${DATE}_${TIME}(?<fraction>\d{3})(?<utc>)(?![0-9])`),
  new RegExp(String.raw`${DATE}(?:[-_. T]|, | at |-at-)${TIME}(?:[-_.]?(?<fraction>\d{3}))?(?![0-9])`),
  new RegExp(String.raw`^(?:IMG|VID)?${DATE}${TIME}(?![0-9])`),
  new RegExp(String.raw`^(?:IMG|VID|STK)-${DATE}-WA\d+`),
];

/**
 * The moment that a file's name tells: `IMG_20190701_100000`, `PXL_20190701_100000123`, `Screenshot_20190701-100000`,
 * `2019-07-01 10.00.00`, `IMG-20190701-WA0001` (the day, at midnight) and the like. Undefined when it tells none.
 */
export function momentOfFileName(fileName: string): Moment | undefined {
  for (const pattern of PATTERNS) {
    const found = pattern.exec(fileName)?.groups;
    const moment = found && momentOf(found);
    if (moment) return moment;
  }
  return undefined;
}

function momentOf(found: Record<string, string | undefined>): Moment | undefined {
  const date = `${found['year']}-${found['month']}-${found['day']}`;
  const time = found['hour'] ? `T${found['hour']}:${found['minute']}:${found['second']}` : '';
  return parseMoment(date + time, { fraction: found['fraction'] ?? '', offset: found['utc'] === undefined ? '' : 'Z' });
}
