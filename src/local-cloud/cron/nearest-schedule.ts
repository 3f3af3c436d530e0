import { parseSchedule } from './parse-schedule.ts';

/** What people write, and how the language says it. Applied one after the other to lower-cased text. */
const REWRITES: [RegExp, string][] = [
  [/^@?hourly\b/, 'every 1 hours'],
  [/^@?(daily|midnight)\b/, 'every day'],
  [/^@?weekly\b/, 'every monday'],
  [/^@?monthly\b/, '1 of month'],
  [/^@?(yearly|annually)\b/, '1 of jan'],
  [/^(\*|\*\/1) \* \* \* \*$/, 'every 1 minutes'],
  [/^\*\/(\d+) \* \* \* \*$/, 'every $1 minutes'],
  [/^0 \* \* \* \*$/, 'every 1 hours'],
  [/^0 \*\/(\d+) \* \* \*$/, 'every $1 hours'],
  [/^(\d) (\d{1,2}) \* \* \*$/, 'every day $2:0$1'],
  [/^(\d\d) (\d{1,2}) \* \* \*$/, 'every day $2:$1'],
  [/^each\b/, 'every'],
  [/^every (mins?|minutes?)\b/, 'every 1 minutes'],
  [/^every (hours?|hrs?)\b/, 'every 1 hours'],
  [/^every \d* ?sec(ond)?s?\b/, 'every 1 minutes'],
  [/^every (\d+) ?(min|minute|m)\b/, 'every $1 minutes'],
  [/^every (\d+) ?(hour|hr|hrs|h)\b/, 'every $1 hours'],
  [/^every (1 )?days?\b/, 'every day'],
  [/^every (1 )?weekdays?\b/, 'every mon,tue,wed,thu,fri'],
  [/^every (1 )?weekends?\b/, 'every sat,sun'],
  [/^every (1 )?weeks?\b/, 'every monday'],
  [/^every (1 )?months?\b/, '1 of month'],
  [/^every (1 )?quarters?\b/, '1 of quarter'],
  [/^every (1 )?years?\b/, '1 of jan'],
  [/\bat (?=\d)/, ''],
  [/^every 0+ /, 'every 1 '],
  [/\b24:00/, '00:00'],
  [/:(\d)$/, ':0$1'],
  [/(?<![\d:])(\d{1,2})$/, '$1:00'],
  [/(from \d+:\d\d)$/, '$1 to 23:59'],
  [/^(\d+)(st|nd|rd|th) (of )?month\b/, '$1 of month'],
  [/^(\d[\d,]*) (?=\d{1,2}:\d\d$)/, '$1 of month '],
];

const WORDS = (
  'every day of month quarter from to synchronized mins minutes hours first second third fourth fifth ' +
  'sunday monday tuesday wednesday thursday friday saturday ' +
  'january february march april june july august september october november december'
).split(' ');

const DAY_MINUTES = 24 * 60;

/** The valid schedule that is probably meant by an invalid one. */
export function nearestSchedule(text: string): string {
  const plain = text.toLowerCase().trim().replace(/\s+/g, ' ');
  const candidates = [plain, spellOut(plain)].flatMap((words) => {
    const rewritten = inMultiples(REWRITES.reduce((said, [from, to]) => said.replace(from, to), words));
    return [rewritten, lastDay(rewritten), dividing(rewritten)].flatMap((said) => [said, `${said} 00:00`]);
  });
  return candidates.find(isValid) ?? 'every 24 hours';
}

function isValid(text: string): boolean {
  try {
    parseSchedule(text);
    return true;
  } catch {
    return false;
  }
}

/** The language has no days, weeks or months to count: `every 2 days` is `every 48 hours`. */
function inMultiples(text: string): string {
  return text
    .replace(/^every (\d+) days?\b/, (_, count: string) => `every ${Number(count) * 24} hours`)
    .replace(/^every (\d+) weeks?\b/, (_, count: string) => `every ${Number(count) * 7 * 24} hours`);
}

/** A day that never comes becomes the last one that does: 30 of feb is 28 of feb. */
const lastDay = (text: string) => text.replace(/^[\d,]+ of feb(ruary)?\b/, '28 of feb').replace(/^31 of\b/, '30 of');

/** The divisor of 24 hours that is nearest to a synchronized interval. */
function dividing(text: string): string {
  return text.replace(/^every (\d+) (\w+) synchronized$/, (_, count: string, unit: string) => {
    const whole = unit === 'hours' ? DAY_MINUTES / 60 : DAY_MINUTES;
    const divisors = Array.from({ length: whole }, (_none, index) => index + 1).filter((n) => whole % n === 0);
    const distance = (n: number) => Math.abs(n - Number(count));
    return `every ${divisors.reduce((best, n) => (distance(n) < distance(best) ? n : best))} ${unit} synchronized`;
  });
}

/** Words that are one or two letters away from a word of the language. */
function spellOut(text: string): string {
  return text.replace(/[a-z]{4,}/g, (word) => {
    const near = WORDS.map((known) => ({ known, edits: editDistance(word, known) })).filter(({ edits }) => edits <= 2);
    return near.sort((a, b) => a.edits - b.edits)[0]?.known ?? word;
  });
}

/** Levenshtein's distance, one row at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of from.split('').entries()) {
    const next = [i + 1];
    for (const [j, other] of to.split('').entries()) {
      const substituted = (row[j] ?? 0) + Number(letter !== other);
      next.push(Math.min(substituted, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
