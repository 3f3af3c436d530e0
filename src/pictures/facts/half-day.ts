/**
 * Words for the two halves of the day beside a time of a 12-hour clock, as file managers and screenshot tools
 * write it in their languages (CLDR, dayPeriods of the gregorian calendar, after NFKC and in lower case). Chinese names
 * further parts of the day.
 */
const BEFORE_NOON = words(
  'am|a.m.|a. m.|a m|fm|ap.|de.|dop.|p.d.|öö|π.μ.|дп|sa|pg',
  '上午|凌晨|清晨|早上|午前|오전|새벽|ص|ق.ظ.|לפנה״צ|पूर्वाह्न',
);
const AFTER_NOON = words(
  'pm|p.m.|p. m.|p m|em|ip.|du.|odp.|pop.|m.d.|ös|μ.μ.|пп|ch|ptg',
  '下午|中午|晚上|午後|오후|م|ب.ظ.|אחה״צ|अपराह्न',
);

function words(...lists: string[]): string[] {
  return lists.flatMap((list) => list.split('|'));
}

const AFTERNOON = new Set(AFTER_NOON);

/** A pattern that matches these words in `plainText`, the longest first. It has no groups. */
export const HALF_DAY = [...BEFORE_NOON, ...AFTER_NOON]
  .toSorted((a, b) => b.length - a.length)
  .map((word) => word.replaceAll('.', String.raw`\.`) + (/\p{Ll}$/u.test(word) ? String.raw`(?!\p{L})` : ''))
  .join('|');

/**
 * The first `length` characters of a text, with one blank for each run of blanks and control characters: some systems
 * write U+202F before AM and PM. The bound keeps patterns cheap, whatever a file holds.
 */
export const plainText = (text: string, length: number) =>
  text
    .trimStart()
    .slice(0, length)
    .normalize('NFKC')
    .replaceAll(/[\s\p{C}]+/gu, ' ')
    .trim();

/** The hour of the day, 0 to 23, for the hour of a 12-hour clock. Hours beyond 12 are those of the day already. */
export function hourOfDay(hour: number, half: string | undefined): number {
  // Some systems count the hours of the day from 1 to 24: their 24 is the hour after midnight of the same date.
  if (half === undefined) return hour === 24 ? 0 : hour;
  const isAfternoon = AFTERNOON.has(half.toLowerCase());
  // In Chinese noon goes on until one o'clock, and begins before twelve.
  if (hour > 12 || (half === '中午' && hour > 9)) return hour;
  return (hour % 12) + (isAfternoon ? 12 : 0);
}
