import { expect, test } from 'vitest';
import { boundsOf, latestFull, whenOf, type Period } from '../../src/digest/period.ts';

const at = (text: string) => Date.parse(`${text}Z`);
const day = (text: string) => at(`${text}T00:00:00`);

test.each([
  ['day', '2026-11-20', '2026-11-20', '2026-11-21'],
  ['day', '2028-02-29', '2028-02-29', '2028-03-01'],
  ['week', '2026-W47', '2026-11-16', '2026-11-23'],
  ['week', '2026-W01', '2025-12-29', '2026-01-05'],
  ['week', '2020-W53', '2020-12-28', '2021-01-04'],
] as const)('the %s %s goes from %s to %s', (period, key, from, to) => {
  expect(boundsOf(period, key)).toEqual({ from: day(from), to: day(to) });
});

test.each<[Period, string]>([
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
  expect(boundsOf(period, key)).toBeUndefined();
});

test.each([
  ['day', '2026-11-21T00:00:00', '2026-11-20'],
  ['day', '2026-11-21T23:59:59.999', '2026-11-20'],
  ['day', '2027-01-01T07:00:00', '2026-12-31'],
  ['week', '2026-11-23T00:00:00', '2026-W47'],
  ['week', '2026-11-22T23:59:59.999', '2026-W46'],
  ['week', '2026-01-05T09:00:00', '2026-W01'],
  ['week', '2021-01-04T09:00:00', '2020-W53'],
] as const)('the latest full %s at %s is %s', (period, now, key) => {
  expect(latestFull(period, at(now))).toBe(key);
});

test('every week of thirty years begins where the one before ended', () => {
  let end = day('2010-01-04');
  while (end < day('2040-01-01')) {
    const key = latestFull('week', end + 7 * 86_400_000);
    const bounds = boundsOf('week', key);
    expect(bounds?.from).toBe(end);
    end = bounds?.to ?? Infinity;
  }
});

test.each([
  ['day', '2026-11-20', 'on 20 November 2026'],
  ['week', '2026-W47', 'from 16 November 2026 to 22 November 2026'],
  ['week', '2026-W01', 'from 29 December 2025 to 4 January 2026'],
] as const)('the %s %s is spoken of as %j', (period, key, words) => {
  const bounds = boundsOf(period, key);
  expect(bounds && whenOf(period, bounds)).toBe(words);
});
