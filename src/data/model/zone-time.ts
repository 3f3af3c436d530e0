import { LRUCache } from 'lru-cache';
import { offsetMinutes, timeZone, writeOffset, type PutBack, type TimeZone } from '../../runtime/time-zone.ts';
import type { Photo, TakenAt } from './records.ts';
import { sortableLocal } from './sort-keys.ts';
import { DAY_MS, MINUTE_MS } from '../../runtime/durations.ts';

/**
 * A photo with its times in the zone of its owner, where they are instants, and with its place in the timeline if that is
 * not its wall-clock time.
 */
export function timed<P extends Pick<Photo, 'takenAt' | 'fileSays' | 'timelineAt'>>(photo: P, zoneName: string): P {
  const zone = timeZone(zoneName);
  const takenAt = inZone(photo.takenAt, zone);
  const timelineAt = timelineTime(takenAt, zone);
  const place = timelineAt === sortableLocal(takenAt.local) ? undefined : timelineAt;
  const aside = photo.fileSays?.takenAt;
  const fileSays = aside ? { fileSays: { ...photo.fileSays, takenAt: inZone(aside, zone) } } : {};
  return { ...photo, takenAt, timelineAt: place, ...fileSays };
}

/** A capture time of which only the instant is known, as the clocks of a zone show it; any other as it is. */
export function inZone(takenAt: TakenAt, zone: TimeZone): TakenAt {
  const { utc } = takenAt;
  if (takenAt.instant !== true || utc === null) return takenAt;
  const instant = Date.parse(utc);
  const minutes = Math.round(zone.offsetAt(instant) / MINUTE_MS);
  const fraction = /\.\d+/.exec(utc)?.[0] ?? '';
  const local = new Date(instant + minutes * MINUTE_MS).toISOString().slice(0, 19) + fraction;
  return { ...takenAt, local, offset: writeOffset(minutes) };
}

/**
 * Where a photo stands in its timeline, as `sortableLocal` writes it: its wall-clock time, which begins with its local
 * day. In an hour that clocks show twice, times with a known offset stand by the instant: the hour is divided among the
 * offsets, the earlier pass before the later. Times of one zone are then in the order of their instants within each day.
 */
export function timelineTime(takenAt: TakenAt, zone: TimeZone): string {
  const plain = sortableLocal(takenAt.local);
  if (takenAt.offset === null) return plain;
  const [day = '', clock = ''] = plain.split('T');
  const time = Date.parse(`1970-01-01T${clock.slice(0, 8)}Z`) * 1_000 + Number(clock.slice(9));
  const offset = offsetMinutes(takenAt.offset);
  const shown = shownTwice(putBacksOn(day, zone), time);
  if (!shown?.offsets.has(offset)) return plain;
  const { from, to } = shown;
  const place = from + Math.floor(((to - from) * slotOf(offset) + (time - from)) / SLOTS);
  const placed = new Date(Math.floor(place / 1_000)).toISOString().slice(11, 23);
  return `${day}T${placed}${String(place % 1_000).padStart(3, '0')}`;
}

/** Offsets lie a quarter of an hour apart, from 14 hours ahead of UTC to 14 behind it. The furthest ahead is earliest. */
const SLOTS = 2 * 14 * 4 + 1;
const slotOf = (offset: number) => Math.floor((14 * 60 - offset) / 15);

/** Times of a day that are shown twice, in microseconds since midnight, and the offsets with which they are shown. */
interface ShownTwice {
  from: number;
  to: number;
  offsets: Set<number>;
}

/**
 * The clock changes of the zone and of the known rules that touch a day. A photo has an offset but no zone:
 * what is shown twice anywhere counts. That moves photos of other places by minutes in one night of a year.
 */
function putBacksOn(day: string, zone: TimeZone): ShownTwice[] {
  const byRules = knownDays.get(day) ?? changesOn(day, CLOCK_RULES.map(timeZone));
  knownDays.set(day, byRules);
  return [...changesOn(day, [zone]), ...byRules];
}

/** All rules together take half a millisecond, and uploads have many photos of one day. */
const knownDays = new LRUCache<string, ShownTwice[]>({ max: 1_000 });

function changesOn(day: string, zones: TimeZone[]): ShownTwice[] {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return zones
    .map((zone) => zone.putBackAround({ year, month, day: date }))
    .filter((change) => change !== undefined)
    .map((change) => withinDay(change, midnight))
    .filter(({ from, to }) => from < to);
}

/** A range across midnight ends there: a local day is not divided. */
const withinDay = ({ from, to, before, after }: PutBack, midnight: number): ShownTwice => ({
  from: Math.max(0, from - midnight) * 1_000,
  to: Math.min(DAY_MS, to - midnight) * 1_000,
  offsets: new Set([before / MINUTE_MS, after / MINUTE_MS]),
});

/** What is shown twice around a time: ranges that overlap are one, so that all photos in it have the same rule. */
function shownTwice(ranges: ShownTwice[], time: number): ShownTwice | undefined {
  const around = ranges.find(({ from, to }) => from <= time && time < to);
  if (!around) return undefined;
  const { from, to, offsets } = around;
  const touching = ranges.filter((other) => other.from < to && from < other.to);
  const union = {
    from: Math.min(...touching.map((each) => each.from)),
    to: Math.max(...touching.map((each) => each.to)),
    offsets: new Set([...offsets, ...touching.flatMap((each) => [...each.offsets])]),
  };
  if (union.from === from && union.to === to) return union;
  return shownTwice([...ranges.filter((each) => !touching.includes(each)), union], time);
}

/** One zone for each rule by which clocks are put back, or have been since about 2007. The owner's zone is added. */
const CLOCK_RULES = [
  'Africa/Cairo',
  'Africa/Casablanca',
  'America/Adak',
  'America/Anchorage',
  'America/Asuncion',
  'America/Chicago',
  'America/Denver',
  'America/Halifax',
  'America/Havana',
  'America/Los_Angeles',
  'America/Mazatlan',
  'America/Mexico_City',
  'America/Miquelon',
  'America/New_York',
  'America/Nuuk',
  'America/Santiago',
  'America/Sao_Paulo',
  'America/Scoresbysund',
  'America/St_Johns',
  'Asia/Amman',
  'Asia/Beirut',
  'Asia/Damascus',
  'Asia/Gaza',
  'Asia/Jerusalem',
  'Asia/Tehran',
  'Atlantic/Azores',
  'Australia/Adelaide',
  'Australia/Lord_Howe',
  'Australia/Sydney',
  'Europe/Athens',
  'Europe/Berlin',
  'Europe/Chisinau',
  'Europe/London',
  'Europe/Moscow',
  'Pacific/Apia',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Easter',
  'Pacific/Fiji',
  'Pacific/Norfolk',
];
