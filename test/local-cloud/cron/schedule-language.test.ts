import { expect, test } from 'vitest';
import { nearestSchedule } from '../../../src/local-cloud/cron/nearest-schedule.ts';
import { parseSchedule } from '../../../src/local-cloud/cron/parse-schedule.ts';

const ALL_MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const ALL_DAYS = [0, 1, 2, 3, 4, 5, 6];
const ALL_ORDINALS = [1, 2, 3, 4, 5];

test.each([
  ['every 5 minutes', { kind: 'interval', minutes: 5 }],
  ['every 2 mins', { kind: 'interval', minutes: 2 }],
  ['every 1 hours', { kind: 'interval', minutes: 60 }],
  ['every   12\n hours', { kind: 'interval', minutes: 720 }],
  ['every 2 hours synchronized', { kind: 'synchronized', minutes: 120 }],
  ['every 5 minutes from 10:00 to 14:00', { kind: 'window', minutes: 5, from: 600, to: 840 }],
  ['every 30 mins from 22:00 to 4:30', { kind: 'window', minutes: 30, from: 1320, to: 270 }],
  [
    'every day 0:05',
    { kind: 'days', time: 5, days: { months: ALL_MONTHS, weekdays: ALL_DAYS, ordinals: ALL_ORDINALS } },
  ],
  ['every mon,wed,fri 9:00', { kind: 'days', days: { weekdays: [1, 3, 5], ordinals: ALL_ORDINALS } }],
  ['every saturday of dec,january 23:59', { kind: 'days', time: 1439, days: { months: [1, 12], weekdays: [6] } }],
  ['2nd,fourth thu of month 09:00', { kind: 'days', days: { months: ALL_MONTHS, weekdays: [4], ordinals: [2, 4] } }],
  ['first sunday of quarter 00:00', { kind: 'days', days: { months: [1, 4, 7, 10], weekdays: [0], ordinals: [1] } }],
  ['5th fri of 2nd,third month of quarter 7:00', { kind: 'days', days: { months: [2, 3, 5, 6, 8, 9, 11, 12] } }],
  ['1st,3rd day of month 04:00', { kind: 'days', days: { monthDays: [1, 3], months: ALL_MONTHS } }],
  ['1st monday 04:00', { kind: 'days', days: { weekdays: [1], ordinals: [1], months: ALL_MONTHS } }],
  ['8,1,15 of sep,oct,nov 17:00', { kind: 'days', days: { monthDays: [1, 8, 15], months: [9, 10, 11] } }],
  ['29 of feb 00:00', { kind: 'days', days: { monthDays: [29], months: [2] } }],
])('%s is understood', (text, expected) => {
  const schedule = parseSchedule(text);
  expect(schedule).toMatchObject(expected);
});

test.each([
  ['every mins', 'every 1 minutes'],
  ['every minute', 'every 1 minutes'],
  ['every 1 minute', 'every 1 minutes'],
  ['every 0 minutes', 'every 1 minutes'],
  ['every 30 seconds', 'every 1 minutes'],
  ['every hour', 'every 1 hours'],
  ['every 3 hour', 'every 3 hours'],
  ['every 7 minutes synchronized', 'every 6 minutes synchronized'],
  ['every 5 hours synchronized', 'every 4 hours synchronized'],
  ['every 5 minutes from 10:00', 'every 5 minutes from 10:00 to 23:59'],
  ['every day', 'every day 00:00'],
  ['every day at 9', 'every day 9:00'],
  ['every day 24:00', 'every day 00:00'],
  ['every 2 days', 'every 48 hours'],
  ['every week', 'every monday 00:00'],
  ['every month', '1 of month 00:00'],
  ['every quarter', '1 of quarter 00:00'],
  ['every year', '1 of jan 00:00'],
  ['every weekday 08:00', 'every mon,tue,wed,thu,fri 08:00'],
  ['Every Monday 09:00', 'every monday 09:00'],
  ['every mondey 09:00', 'every monday 09:00'],
  ['1st of month 04:00', '1 of month 04:00'],
  ['30 of feb 10:00', '28 of feb 10:00'],
  ['31 of apr,jun 10:00', '30 of apr,jun 10:00'],
  ['15 09:00', '15 of month 09:00'],
  ['*/5 * * * *', 'every 5 minutes'],
  ['0 */6 * * *', 'every 6 hours'],
  ['30 4 * * *', 'every day 4:30'],
  ['@daily', 'every day 00:00'],
  ['', 'every 24 hours'],
  ['whenever you like', 'every 24 hours'],
])('%s is refused, and %s is proposed', (text, proposal) => {
  expect(() => parseSchedule(text)).toThrow(/expected|never|at least|divide|no month/);
  expect(nearestSchedule(text)).toBe(proposal);
  parseSchedule(proposal);
});

test.each([
  ['every 5 minutes daily', 'expected the end instead of "daily"'],
  ['every day', 'expected a time from 00:00 to 23:59 at the end'],
  ['every day 25:00', 'expected a time from 00:00 to 23:59 instead of "25:00"'],
  ['32 of month 09:00', 'no month has a day 32'],
  ['1 09:00', 'expected "of" instead of "09:00"'],
  ['31 of feb,apr 09:00', 'day 31 never comes in these months'],
  ['1st monday of 4th month of quarter 09:00', 'a quarter has three months'],
  ['every 25 hours synchronized', 'a synchronized interval must divide 24 hours evenly'],
])('%s is refused: %s', (text, reason) => {
  expect(() => parseSchedule(text)).toThrow(reason);
});
