import { expect, test } from 'vitest';
import { nextRun } from '../../../src/local-cloud/cron/next-run.ts';
import { parseSchedule } from '../../../src/local-cloud/cron/parse-schedule.ts';
import { timeZone } from '../../../src/runtime/time-zone.ts';

/** The first `count` runs after `after`, as UTC to the minute. */
function runs(schedule: string, zone: string, after: string, count: number): string[] {
  const found: number[] = [];
  const parsed = parseSchedule(schedule);
  while (found.length < count) found.push(nextRun(parsed, timeZone(zone), found.at(-1) ?? Date.parse(after)));
  return found.map((run) => new Date(run).toISOString().slice(0, 16));
}

test.each([
  ['every 12 hours', 'UTC', '2026-11-20T12:34:00Z', ['2026-11-21T00:34', '2026-11-21T12:34']],
  ['every monday 09:00', 'UTC', '2026-11-20T12:00:00Z', ['2026-11-23T09:00', '2026-11-30T09:00']],
  ['every day 7:00', 'Europe/Berlin', '2026-11-20T12:00:00Z', ['2026-11-21T06:00', '2026-11-22T06:00']],
  ['1st,third mon of month 04:00', 'UTC', '2026-11-20T12:00:00Z', ['2026-12-07T04:00', '2026-12-21T04:00']],
  ['first day of quarter 00:00', 'UTC', '2026-11-20T12:00:00Z', ['2027-01-01T00:00', '2027-04-01T00:00']],
  ['2nd sun of third month of quarter 10:00', 'UTC', '2026-11-20T12:00:00Z', ['2026-12-13T10:00', '2027-03-14T10:00']],
  ['1,15 of sep,oct 17:00', 'UTC', '2026-10-01T17:00:00Z', ['2026-10-15T17:00', '2027-09-01T17:00']],
  ['31 of month 00:00', 'UTC', '2027-01-31T00:00:00Z', ['2027-03-31T00:00', '2027-05-31T00:00']],
  ['29 of feb 00:00', 'UTC', '2096-03-01T00:00:00Z', ['2104-02-29T00:00', '2108-02-29T00:00']],
  [
    'every 2 hours from 10:00 to 14:00',
    'UTC',
    '2026-11-20T11:00:00Z',
    ['2026-11-20T12:00', '2026-11-20T14:00', '2026-11-21T10:00'],
  ],
  [
    'every 2 hours from 22:30 to 03:00',
    'UTC',
    '2026-11-20T23:00:00Z',
    ['2026-11-21T00:30', '2026-11-21T02:30', '2026-11-21T22:30'],
  ],
  [
    'every 8 hours synchronized',
    'Asia/Tokyo',
    '2026-11-20T12:00:00Z',
    ['2026-11-20T15:00', '2026-11-20T23:00', '2026-11-21T07:00'],
  ],
])('%s in %s after %s comes at %j', (schedule, zone, after, expected) => {
  expect(runs(schedule, zone, after, expected.length)).toEqual(expected);
});

test.each([
  [
    'a daily time that is skipped runs an hour later',
    'every day 02:30',
    '2026-03-28T12:00:00Z',
    ['2026-03-29T01:30', '2026-03-30T00:30'],
  ],
  [
    'a daily time that comes twice runs once',
    'every day 02:30',
    '2026-10-24T12:00:00Z',
    ['2026-10-25T00:30', '2026-10-26T01:30'],
  ],
  [
    'a window whose start is skipped begins at the first existing minute',
    'every 2 hours from 02:30 to 07:00',
    '2026-03-28T12:00:00Z',
    ['2026-03-29T01:00', '2026-03-29T03:00', '2026-03-29T05:00', '2026-03-30T00:30'],
  ],
])('a run at a change of the clocks: %s [unverified]', (_name, schedule, after, expected) => {
  expect(runs(schedule, 'Europe/Berlin', after, expected.length)).toEqual(expected);
});
