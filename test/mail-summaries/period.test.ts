import { expect, test } from 'vitest';
import { boundsOf, duePeriods, whenOf, type SummaryPeriod } from '../../src/features/mail-summaries/period.ts';
import { timeZone } from '../../src/runtime/time-zone.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const UTC = timeZone('UTC');
const BERLIN = timeZone('Europe/Berlin');
const day = (text: string) => at(`${text}T00:00:00`);

test.each([
  ['day', '2026-11-20', '2026-11-20', '2026-11-21'],
  ['day', '2028-02-29', '2028-02-29', '2028-03-01'],
  ['week', '2026-W47', '2026-11-16', '2026-11-23'],
  ['week', '2026-W01', '2025-12-29', '2026-01-05'],
  ['week', '2020-W53', '2020-12-28', '2021-01-04'],
] as const)('the %s %s goes from %s to %s', (period, key, from, to) => {
  expect(boundsOf(period, key, UTC)).toEqual({ from: day(from), to: day(to) });
});

test.each<[SummaryPeriod, string]>([
  ['day', '2026-02-30'],
  ['day', '2026-02-29'],
  ['day', '2026-13-01'],
  ['day', '2026-1-1'],
  ['day', '2026-W47'],
  ['day', ''],
  ['week', '2026-W54'],
  ['week', '2025-W53'],
  ['week', '2026-W00'],
  ['week', '2026-11-20'],
  ['week', ''],
])('there is no %s %j', (period, key) => {
  expect(boundsOf(period, key, UTC)).toBeUndefined();
});

test.each([
  ['day', '2026-11-20', '2026-11-19T23:00:00', '2026-11-20T23:00:00'],
  ['day', '2026-03-29', '2026-03-28T23:00:00', '2026-03-29T22:00:00'],
  ['day', '2026-10-25', '2026-10-24T22:00:00', '2026-10-25T23:00:00'],
  ['week', '2026-W43', '2026-10-18T22:00:00', '2026-10-25T23:00:00'],
] as const)('in Berlin the %s %s goes from %s to %s UTC, however long it is', (period, key, from, to) => {
  expect(boundsOf(period, key, BERLIN)).toEqual({ from: at(from), to: at(to) });
});

/** What is due for a reader who asked for summaries long ago, unless told otherwise. */
const due = (period: SummaryPeriod, now: string, { zone = UTC, since = '2020-01-01T00:00:00' } = {}) =>
  duePeriods(period, { zone, since: at(since), now: at(now) });

test.each([
  ['day', '2026-11-21T06:59:59', '2026-11-19'],
  ['day', '2026-11-21T07:00:00', '2026-11-20'],
  ['day', '2027-01-01T07:00:00', '2026-12-31'],
  ['week', '2026-11-23T08:59:59', '2026-W46'],
  ['week', '2026-11-23T09:00:00', '2026-W47'],
  ['week', '2026-11-22T23:59:59', '2026-W46'],
  ['week', '2026-01-05T09:00:00', '2026-W01'],
  ['week', '2021-01-04T09:00:00', '2020-W53'],
] as const)('the latest %s that is due at %s is %s', (period, now, key) => {
  expect(due(period, now).at(-1)).toBe(key);
});

test.each([
  ['Pacific/Kiritimati', '2026-11-20T17:00:00'],
  ['Asia/Kathmandu', '2026-11-21T01:15:00'],
  ['America/Los_Angeles', '2026-11-21T15:00:00'],
])('in %s the 20th of November is due at %s UTC, which is seven in the morning there', (name, morning) => {
  const zone = timeZone(name);
  const before = new Date(at(morning) - 1000).toISOString().slice(0, 19);
  expect(due('day', before, { zone })).not.toContain('2026-11-20');
  expect(due('day', morning, { zone }).at(-1)).toBe('2026-11-20');
});

test('days whose run was missed are made good for three days, and then no more', () => {
  expect(due('day', '2026-11-21T12:00:00')).toEqual(['2026-11-18', '2026-11-19', '2026-11-20']);
  expect(due('week', '2026-11-25T12:00:00')).toEqual(['2026-W47']);
});

test('no user gets a summary that was due before it was asked for', () => {
  expect(due('day', '2026-11-21T12:00:00', { since: '2026-11-20T06:00:00' })).toEqual(['2026-11-19', '2026-11-20']);
  expect(due('day', '2026-11-21T12:00:00', { since: '2026-11-21T07:00:00' })).toEqual([]);
});

test('every week of thirty years begins where the one before ended', () => {
  let end = day('2010-01-04');
  while (end < day('2040-01-01')) {
    const sevenDaysLater = new Date(end + 7 * 86_400_000 + 9 * 3_600_000).toISOString().slice(0, 19);
    const bounds = boundsOf('week', due('week', sevenDaysLater, { since: '2000-01-01T00:00:00' }).at(-1) ?? '', UTC);
    expect(bounds?.from).toBe(end);
    end = bounds?.to ?? Infinity;
  }
});

test.each([
  ['day', '2026-11-20', 'on 20 November 2026'],
  ['week', '2026-W47', 'from 16 November 2026 to 22 November 2026'],
  ['week', '2026-W01', 'from 29 December 2025 to 4 January 2026'],
] as const)('the %s %s is spoken of as %j', (period, key, words) => {
  expect(whenOf(period, key)).toBe(words);
});
