import { captureTimeOfFileName } from './file-name-time.ts';
import type { Tags } from '../metadata/tags.ts';
import { parseCaptureTime } from './parse-capture-time.ts';
import { captureTimeOfInstant, type CaptureTime } from './wall-clock.ts';

/** Where the time of a photo was found. `user`, an edit by the owner, has priority over all of these. */
type TimeSource = 'exif' | 'xmp' | 'iptc' | 'container' | 'gps' | 'file-name' | 'modified' | 'upload';

export interface TakenAt extends CaptureTime {
  source: TimeSource;
}

interface TimeContext {
  tags: Tags;
  /** The time of creation in the container, as it is written there. */
  created?: string | undefined;
  fileName: string;
  /** Milliseconds since the Unix epoch. */
  uploadedAt: number;
}

/**
 * When a photo was taken: the first valid time of the sources, in the order of docs/times.md. A time is not valid if the
 * calendar does not have it, or if it lies after the upload.
 */
export function readTakenAt(context: TimeContext): TakenAt {
  const latest = captureTimeOfInstant(context.uploadedAt + CLOCKS_AHEAD_MS).local;
  for (const [source, candidates] of SOURCES) {
    const time = candidates(context).find((candidate) => candidate && candidate.local <= latest);
    if (time) return { ...time, source };
  }
  return { ...captureTimeOfInstant(context.uploadedAt), source: 'upload' };
}

/** Two days, in milliseconds: wall clocks run up to 14 hours before UTC, and cameras are set by hand. */
const CLOCKS_AHEAD_MS = 2 * 24 * 3_600_000;

type Candidates = (context: TimeContext) => (CaptureTime | undefined)[];

const SOURCES: [TimeSource, Candidates][] = [
  [
    'exif',
    ({ tags }) => [
      exifCaptureTime(tags, 'DateTimeOriginal', 'Original'),
      exifCaptureTime(tags, 'DateTimeDigitized', 'Digitized'),
    ],
  ],
  ['xmp', ({ tags }) => XMP_DATES.map((name) => xmpCaptureTime(tags, name))],
  ['iptc', ({ tags }) => [iptcCaptureTime(tags)]],
  ['container', ({ created }) => [textCaptureTime(created)]],
  ['gps', ({ tags }) => [...gpsCaptureTimes(tags)]],
  ['file-name', ({ fileName }) => [captureTimeOfFileName(fileName)]],
  ['modified', ({ tags }) => [exifCaptureTime(tags, 'DateTime', ''), xmpCaptureTime(tags, 'ModifyDate')]],
];

const XMP_DATES = ['DateTimeOriginal', 'DateCreated', 'CreateDate', 'DateTimeDigitized'];

/**
 * EXIF keeps date, fraction and offset in three tags that belong together by their suffix. OffsetTime without a suffix
 * belongs to the last change, often made in another place, so it is not used for the capture time.
 */
function exifCaptureTime(tags: Tags, name: string, suffix: 'Original' | 'Digitized' | ''): CaptureTime | undefined {
  const fraction = tags.exif(`SubSecTime${suffix}`) ?? '';
  const offset = tags.exif(`OffsetTime${suffix}`) ?? '';
  return parseCaptureTime(tags.exif(name), { fraction, offset });
}

/** XMP may hold a month or a year alone (XMP part 1, 8.2.1.1). */
const xmpCaptureTime = (tags: Tags, name: string) => parseCaptureTime(tags.xmp(name), { partial: true });

/** Date and time are two records; a date alone is a day. Most writers fill in +0000 without knowing the zone. */
function iptcCaptureTime(tags: Tags): CaptureTime | undefined {
  const time = tags.iptc('Time Created')?.replace(/[-+]00:?00$/, '');
  return parseCaptureTime([tags.iptc('Date Created'), time].filter(Boolean).join(' '), { partial: true });
}

/** GPS time is UTC. The wall clock at that place is not known. */
function gpsCaptureTimes(tags: Tags): (CaptureTime | undefined)[] {
  const texts = [`${tags.exif('GPSDateStamp')} ${tags.exif('GPSTimeStamp')}`, tags.xmp('GPSTimeStamp')];
  const times = texts.map((text) => asInstant(parseCaptureTime(text, { offset: 'Z' })));
  return times.filter((time) => time && time.local >= FIRST_GPS_TIME);
}

/** Undefined for a date alone: that is no instant. */
const asInstant = (time: CaptureTime | undefined): CaptureTime | undefined =>
  time && time.utc !== null ? { ...time, instant: true } : undefined;

/** The day when GPS time begins. An earlier time is the zero of some counter. */
const FIRST_GPS_TIME = '1980-01-06';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The PNG specification suggests the form of RFC 1123 (`Mon, 1 Jul 2019 10:00:00 +0200`); many write ISO 8601, as what
 * reads HEIF does. A time in UTC is an instant: the wall clock is not known (RFC 9557, 2).
 */
function textCaptureTime(text = ''): CaptureTime | undefined {
  const time = parseCaptureTime(text.replace(RFC_1123, isoDate), { partial: true });
  return time?.offset === '+00:00' && /[a-z]$/i.test(text.trim()) ? { ...time, instant: true } : time;
}

const RFC_1123 = /^\s*(?:\w{3}, *)?(\d{1,2}) (\w{3})\w* (\d{4})/;

const isoDate = (_: string, day: string, month: string, year: string) => `${year}-${MONTHS.indexOf(month) + 1}-${day}`;
