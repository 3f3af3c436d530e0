import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextRun } from '../../../src/local-cloud/cron/next-run.ts';
import { parseSchedule } from '../../../src/local-cloud/cron/parse-schedule.ts';
import type { Schedule } from '../../../src/local-cloud/cron/schedule.ts';
import { timeZone } from '../../../src/runtime/time-zone.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const two = (value: number) => String(value).padStart(2, '0');

const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${hour}:${two(minute)}`);
const some = (words: string[]) => fc.subarray(words, { minLength: 1 }).map((chosen) => chosen.join(','));
const months = fc.oneof(
  fc.constantFrom('month', 'quarter', '2nd month of quarter', 'first,third month of quarter'),
  some(['jan', 'february', 'march', 'may', 'jul', 'december']),
);
const ordinals = fc.oneof(fc.constant('every'), some(['1st', 'second', '3rd', 'fourth', '5th']));
const weekdays = some(['mon', 'tuesday', 'wed', 'thu', 'friday', 'sat', 'sunday']);
const divisor = fc.constantFrom(1, 5, 15, 60, 90, 720);

const scheduleText = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 3_000 }), time, time).map(([n, a, b]) => `every ${n} minutes from ${a} to ${b}`),
  divisor.map((minutes) => `every ${minutes} minutes synchronized`),
  fc.tuple(ordinals, weekdays, months, time).map(([nth, days, of, at]) => `${nth} ${days} of ${of} ${at}`),
  fc.tuple(some(['1', '9', '28', '29']), months, time).map(([days, of, at]) => `${days} of ${of} ${at}`),
  time.map((at) => `every day ${at}`),
);
const zoneName = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
);
const instant = fc.integer({ min: Date.UTC(2009, 0), max: Date.UTC(2040, 0) });

test('a run lies after the moment asked for, on a whole minute, and no earlier moment has a later one', () => {
  fc.assert(
    fc.property(
      scheduleText,
      zoneName,
      instant,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (text, name, after, share) => {
        const schedule = parseSchedule(text);
        const zone = timeZone(name);
        const run = nextRun(schedule, zone, after);
        expect(run).toBeGreaterThan(after);
        expect(run % MINUTE).toBe(0);
        // From anywhere before the run, and from the last millisecond before it, the same run comes next.
        const between = after + Math.floor((run - 1 - after) * share);
        expect(nextRun(schedule, zone, between)).toBe(run);
        expect(nextRun(schedule, zone, run - 1)).toBe(run);
      },
    ),
    { numRuns: 300 },
  );
});

test('in UTC the runs are exactly the minutes that the schedule describes', () => {
  fc.assert(
    fc.property(scheduleText, instant, (text, moment) => {
      const schedule = parseSchedule(text);
      const start = Math.floor(moment / DAY) * DAY - 1;
      const end = start + 2 * DAY;
      expect(runsBetween(schedule, start, end)).toEqual(matchingMinutes(schedule, start + 1, end));
    }),
    { numRuns: 150 },
  );
});

function runsBetween(schedule: Schedule, start: number, end: number): number[] {
  const runs: number[] = [];
  const zone = timeZone('UTC');
  for (let run = nextRun(schedule, zone, start); run <= end; run = nextRun(schedule, zone, run)) runs.push(run);
  return runs;
}

/** The slow way: asks every minute whether it is one. */
function matchingMinutes(schedule: Schedule, start: number, end: number): number[] {
  const minutes: number[] = [];
  for (let minute = start; minute <= end; minute += MINUTE)
    if (matches(schedule, new Date(minute))) minutes.push(minute);
  return minutes;
}

function matches(schedule: Schedule, date: Date): boolean {
  const minuteOfDay = date.getUTCHours() * 60 + date.getUTCMinutes();
  if (schedule.kind === 'synchronized') return minuteOfDay % schedule.minutes === 0;
  if (schedule.kind === 'window') {
    const since = (minuteOfDay - schedule.from + 1_440) % 1_440;
    return since <= (schedule.to - schedule.from + 1_440) % 1_440 && since % schedule.minutes === 0;
  }
  if (schedule.kind === 'interval') throw new Error('An interval has no fixed times.');
  const { months, monthDays, weekdays, ordinals } = schedule.days;
  if (minuteOfDay !== schedule.time || !months.includes(date.getUTCMonth() + 1)) return false;
  if (monthDays) return monthDays.includes(date.getUTCDate());
  return weekdays.includes(date.getUTCDay()) && ordinals.includes(Math.floor((date.getUTCDate() - 1) / 7) + 1);
}
