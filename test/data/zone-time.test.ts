import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TakenAt } from '../../src/data/model/records.ts';
import { inZone, timelineTime } from '../../src/data/model/zone-time.ts';
import { timeZone, type TimeZone } from '../../src/runtime/time-zone.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What a camera in a zone writes at an instant, to the millisecond. */
function takenIn(zone: TimeZone, instant: number): TakenAt {
  const utc = new Date(instant).toISOString();
  return inZone({ local: '', offset: null, utc, source: 'exif', precision: 'second', instant: true }, zone);
}

/** Instants around the clock change of a year that a number picks, or in the year, where clocks do not go back. */
function around(zone: TimeZone, year: number): number {
  const days = Array.from({ length: 365 }, (_, day) => Date.UTC(year, 0, 1) + day * DAY);
  for (const day of days.filter((_, at) => at % 2 === 0)) {
    const date = new Date(day);
    const change = zone.putBackAround({ year, month: date.getUTCMonth() + 1, day: date.getUTCDate() });
    if (change) return change.from - change.after;
  }
  return Date.UTC(year, 6, 1);
}

const steps = fc.uniqueArray(fc.integer({ min: -4 * HOUR, max: 4 * HOUR }), { minLength: 2, maxLength: 12 });
const years = fc.integer({ min: 2005, max: 2026 });

const expectOrder = (places: string[]) => expect(places).toEqual(places.toSorted());

describe('where photos of one zone stand', () => {
  test('photos in the zone of the account are in the order of their instants, each within its local day', () => {
    const names = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    const order = fc.property(names, years, steps, (name, year, offsets) => {
      const zone = timeZone(name);
      const change = around(zone, year);
      const taken = offsets.toSorted((a, b) => a - b).map((offset) => takenIn(zone, change + offset));
      const places = taken.map((each) => timelineTime(each, zone));
      expect(places.map((place) => place.slice(0, 10))).toEqual(taken.map(({ local }) => local.slice(0, 10)));
      // Where clocks go back over midnight, as in Newfoundland until 2011, local days do not follow each other.
      const isInOrder = taken.every(
        ({ local }, at) => at === 0 || local.slice(0, 10) >= (taken[at - 1]?.local ?? '').slice(0, 10),
      );
      if (isInOrder) expectOrder(places);
    });
    fc.assert(order, { numRuns: 150 });
  });

  test('photos of a zone with rules in force are in the order of their instants for accounts of another zone', () => {
    const names = fc.constantFrom(
      'Europe/Paris',
      'Europe/Lisbon',
      'Europe/Helsinki',
      'America/Toronto',
      'America/Boise',
    );
    const accounts = fc.constantFrom('UTC', 'Africa/Lagos', 'America/Chicago', 'Asia/Tokyo');
    const order = fc.property(names, accounts, years, steps, (name, account, year, offsets) => {
      const zone = timeZone(name);
      const change = around(zone, Math.max(year, 2007));
      const taken = offsets.toSorted((a, b) => a - b).map((offset) => takenIn(zone, change + offset));
      expectOrder(taken.map((each) => timelineTime(each, timeZone(account))));
    });
    fc.assert(order, { numRuns: 100 });
  });

  test('photos stand at their wall-clock time in every other hour, and always without an offset', () => {
    const zone = timeZone('Europe/Berlin');
    const summer = takenIn(zone, Date.UTC(2019, 6, 1, 8, 0, 0, 120));
    expect(timelineTime(summer, zone)).toBe('2019-07-01T10:00:00.120000');
    const floating = { ...summer, local: '2019-10-27T02:30:00', offset: null, utc: null };
    expect(timelineTime(floating, zone)).toBe('2019-10-27T02:30:00.000000');
  });
});
