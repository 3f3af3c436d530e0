import type { DayRule, Schedule } from './schedule.ts';

const ORDINALS = numbered(
  1,
  ['1st', 'first'],
  ['2nd', 'second'],
  ['3rd', 'third'],
  ['4th', 'fourth'],
  ['5th', 'fifth'],
);
const WEEKDAYS = numbered(0, ...long('sunday monday tuesday wednesday thursday friday saturday'));
const MONTHS = numbered(
  1,
  ...long('january february march april may june july august september october november december'),
);
const MINUTES_IN: Record<string, number> = { mins: 1, minutes: 1, hours: 60 };
const DAY_MINUTES = 24 * 60;
const ALL_ORDINALS = [1, 2, 3, 4, 5];
const ALL_WEEKDAYS = [0, 1, 2, 3, 4, 5, 6];
const ALL_MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
/** In a leap year: the 29th of February exists. */
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Reads the schedule language of cron.yaml (the grammar of the App Engine SDK).
 * @throws Error that names what is wrong, also for a schedule that never comes
 */
export function parseSchedule(text: string): Schedule {
  const tokens = new Tokens(text);
  const isInterval = tokens.peek() === 'every' && /^\d+$/.test(tokens.peek(1));
  const schedule = isInterval ? readInterval(tokens) : readDays(tokens);
  if (tokens.peek()) tokens.refuse('the end');
  return schedule;
}

function readInterval(tokens: Tokens): Schedule {
  tokens.expect('every');
  const count = Number(tokens.next());
  if (count === 0) throw new Error('an interval is at least 1');
  const minutes = count * (MINUTES_IN[tokens.expect('minutes', 'mins', 'hours')] as number);
  if (tokens.accept('synchronized')) return synchronized(minutes);
  if (!tokens.accept('from')) return { kind: 'interval', minutes };
  const from = readTime(tokens);
  tokens.expect('to');
  return { kind: 'window', minutes, from, to: readTime(tokens) };
}

function synchronized(minutes: number): Schedule {
  if (DAY_MINUTES % minutes === 0) return { kind: 'synchronized', minutes };
  throw new Error('a synchronized interval must divide 24 hours evenly');
}

function readDays(tokens: Tokens): Schedule {
  const byNumber = /^\d+$/.test(tokens.peek());
  const rule = byNumber ? { monthDays: readMonthDays(tokens) } : readWeekdays(tokens);
  const months = byNumber || tokens.peek() === 'of' ? readMonths(tokens) : ALL_MONTHS;
  const days: DayRule = { ...rule, months };
  refuseNever(days);
  return { kind: 'days', days, time: readTime(tokens) };
}

function readMonthDays(tokens: Tokens): number[] {
  return readList(tokens, () => {
    const day = /^\d+$/.test(tokens.peek()) ? Number(tokens.next()) : tokens.refuse('a day of the month');
    if (day < 1 || day > 31) throw new Error(`no month has a day ${day}`);
    return day;
  });
}

/** `1st day` is the first day of the month; `1st monday` its first Monday; `every` takes all. */
function readWeekdays(tokens: Tokens) {
  const every = tokens.accept('every');
  const ordinals = every
    ? ALL_ORDINALS
    : readList(tokens, () => readWord(tokens, ORDINALS, '"every" or one of 1st..5th'));
  if (tokens.accept('day')) return every ? { weekdays: ALL_WEEKDAYS, ordinals } : { monthDays: ordinals };
  const weekdays = readList(tokens, () => readWord(tokens, WEEKDAYS, '"day" or a weekday'));
  return { weekdays, ordinals };
}

function readMonths(tokens: Tokens): number[] {
  tokens.expect('of');
  if (tokens.accept('month')) return ALL_MONTHS;
  if (tokens.accept('quarter')) return inQuarters([1]);
  if (!ORDINALS.has(tokens.peek()))
    return readList(tokens, () => readWord(tokens, MONTHS, '"month", "quarter" or a month'));
  const nth = readList(tokens, () => readWord(tokens, ORDINALS, 'one of 1st..3rd'));
  if (nth.some((month) => month > 3)) throw new Error('a quarter has three months');
  for (const word of ['month', 'of', 'quarter']) tokens.expect(word);
  return inQuarters(nth);
}

const inQuarters = (nth: number[]) => [0, 3, 6, 9].flatMap((before) => nth.map((month) => before + month));

/** Minutes since midnight, from one or two digits of the hour and two of the minute. */
function readTime(tokens: Tokens): number {
  const [, hour, minute] = /^(\d{1,2}):([0-5]\d)$/.exec(tokens.peek()) ?? [];
  if (!hour || !minute || Number(hour) > 23) return tokens.refuse('a time from 00:00 to 23:59');
  tokens.next();
  return Number(hour) * 60 + Number(minute);
}

/** Sorted, without duplicates. */
function readList(tokens: Tokens, readOne: () => number): number[] {
  const found = new Set([readOne()]);
  while (tokens.accept(',')) found.add(readOne());
  return [...found].sort((a, b) => a - b);
}

function readWord(tokens: Tokens, words: Map<string, number>, expected: string): number {
  const value = words.get(tokens.peek());
  if (value === undefined) return tokens.refuse(expected);
  tokens.next();
  return value;
}

function refuseNever({ months, monthDays }: DayRule): void {
  if (!monthDays) return;
  const longest = Math.max(...months.map((month) => DAYS_IN_MONTH[month - 1] as number));
  if (Math.min(...monthDays) > longest) throw new Error(`day ${Math.min(...monthDays)} never comes in these months`);
}

function numbered(first: number, ...names: string[][]): Map<string, number> {
  return new Map(names.flatMap((variants, index) => variants.map((name) => [name, first + index] as const)));
}

/** Full names and their first three letters. */
function long(names: string): string[][] {
  return names.split(' ').map((name) => [name, name.slice(0, 3)]);
}

/** Whole words first, so that `1st` is never read as the number 1. */
const TOKEN = /[a-z]+|\d+(?:st|nd|rd|th)|\d+:\d+|\d+|,|\S/g;

/** The words of a schedule, read from left to right. */
class Tokens {
  readonly #words: string[];
  #at = 0;

  constructor(text: string) {
    this.#words = text.match(TOKEN) ?? [];
  }

  /** The word that comes, or the empty text at the end. */
  peek(ahead = 0): string {
    return this.#words[this.#at + ahead] ?? '';
  }

  next(): string {
    return this.#words[this.#at++] ?? '';
  }

  /** Takes the word if it is the one that comes. */
  accept(word: string): boolean {
    if (this.peek() !== word) return false;
    this.#at++;
    return true;
  }

  expect(...words: string[]): string {
    if (words.includes(this.peek())) return this.next();
    return this.refuse(words.map((word) => `"${word}"`).join(' or '));
  }

  /** @throws Error that says what was expected and what is there instead */
  refuse(expected: string): never {
    throw new Error(`expected ${expected} ${this.peek() ? `instead of "${this.peek()}"` : 'at the end'}`);
  }
}
