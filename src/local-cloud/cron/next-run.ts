import type { DayRule, Schedule } from './schedule.ts';
import type { CalendarDay, TimeZone } from '../../runtime/time-zone.ts';
import { MINUTE_MS } from '../../runtime/durations.ts';

const DAY_MINUTES = 24 * 60;
/** Days to look ahead: the 29th of February can be eight years away (1896 to 1904, 2096 to 2104). */
const HORIZON_DAYS = 8 * 366 + 1;

/**
 * The first run after an instant, in milliseconds since the Unix epoch. Clock changes follow the App Engine SDK: days and
 * windows start by the wall clock, the steps within a window are counted in elapsed time.
 */
export function nextRun(schedule: Schedule, zone: TimeZone, after: number): number {
  if (schedule.kind === 'interval') return after + schedule.minutes * MINUTE_MS;
  const today = zone.dayAt(after);
  // From the day before, whose window may reach over midnight and whose skipped time may come a day later.
  for (let ahead = -1; ahead < HORIZON_DAYS; ahead++) {
    const run = runOn(schedule, zone, { ...today, day: today.day + ahead }, after);
    if (run !== undefined) return run;
  }
  throw new Error('This schedule never comes.');
}

/** The first run that belongs to `day` and lies after `after`. */
function runOn(
  schedule: Exclude<Schedule, { kind: 'interval' }>,
  zone: TimeZone,
  day: CalendarDay,
  after: number,
): number | undefined {
  if (schedule.kind !== 'days') return stepAfter(windowOn(schedule, zone, day), schedule.minutes * MINUTE_MS, after);
  if (!includes(schedule.days, day)) return undefined;
  const run = zone.instantOf(day, schedule.time, 'shifted');
  return run > after ? run : undefined;
}

/** Instants; `to` is the last one that may run. */
interface Window {
  from: number;
  to: number;
}

function windowOn(
  schedule: Extract<Schedule, { kind: 'window' | 'synchronized' }>,
  zone: TimeZone,
  day: CalendarDay,
): Window {
  const at = (minutes: number) => zone.instantOf(day, minutes, 'first-after');
  if (schedule.kind === 'synchronized') return { from: at(0), to: at(DAY_MINUTES) - 1 };
  const { from, to } = schedule;
  const end = at(to < from ? to + DAY_MINUTES : to);
  return { from: at(from), to: Math.min(end, at(from + DAY_MINUTES) - 1) };
}

function stepAfter({ from, to }: Window, step: number, after: number): number | undefined {
  const steps = Math.max(Math.floor((after - from) / step) + 1, 0);
  const run = from + steps * step;
  return run <= to ? run : undefined;
}

function includes(rule: DayRule, { year, month, day }: CalendarDay): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  if (!rule.months.includes(date.getUTCMonth() + 1)) return false;
  if (rule.monthDays) return rule.monthDays.includes(date.getUTCDate());
  const ordinal = Math.ceil(date.getUTCDate() / 7);
  return rule.weekdays.includes(date.getUTCDay()) && rule.ordinals.includes(ordinal);
}
