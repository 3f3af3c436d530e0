/** A day of the calendar. Months and days count from 1, and days may overflow: the 32nd of January is the 1st of February. */
export interface CalendarDay {
  year: number;
  month: number;
  day: number;
}

/** What the clocks of a place show. All instants are milliseconds since the Unix epoch. */
export interface TimeZone {
  name: string;
  /** The local date at an instant. */
  dayAt(instant: number): CalendarDay;
  /**
   * When clocks show that time (minutes since midnight). Of two such instants the first. A time that is skipped comes
   * as much later as was skipped (`shifted`), or is the first instant after the gap (`first-after`).
   */
  instantOf(day: CalendarDay, minutes: number, skipped: 'shifted' | 'first-after'): number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A zone of the zoneinfo database; a RangeError for an unknown name. */
export const timeZone = (name: string): TimeZone => (name === UTC.name ? UTC : changingZone(name));

/** The usual zone needs no table: to load one takes two milliseconds of each start. */
const UTC: TimeZone = {
  name: 'UTC',
  dayAt: dayOf,
  instantOf: ({ year, month, day }, minutes) => Date.UTC(year, month - 1, day) + minutes * MINUTE,
};

function changingZone(name: string): TimeZone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return { name, dayAt: (instant) => dayOf(wallAt(format, instant)), instantOf };

  function instantOf(day: CalendarDay, minutes: number, skipped: 'shifted' | 'first-after'): number {
    const wall = Date.UTC(day.year, day.month - 1, day.day) + minutes * MINUTE;
    // No zone changes its clocks twice within two days, so these are the only two offsets that can hold.
    const before = offsetAt(wall - DAY);
    const after = offsetAt(wall + DAY);
    const found = [wall - before, wall - after].filter((instant) => wallAt(format, instant) === wall);
    if (found.length > 0) return Math.min(...found);
    return skipped === 'shifted' ? wall - before : changeBetween(wall - after, wall - before);
  }

  function offsetAt(instant: number): number {
    return wallAt(format, instant) - instant;
  }

  /** The first instant with the later offset, to the minute. */
  function changeBetween(early: number, late: number): number {
    const target = offsetAt(late);
    while (late - early > MINUTE) {
      const middle = early + Math.floor((late - early) / 2 / MINUTE) * MINUTE;
      if (offsetAt(middle) === target) late = middle;
      else early = middle;
    }
    return late;
  }
}

/** The wall clock of a zone read as if it were UTC. */
function wallAt(format: Intl.DateTimeFormat, instant: number): number {
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((instant % 1_000) + 1_000) % 1_000);
}

function dayOf(wall: number): CalendarDay {
  const date = new Date(wall);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}
