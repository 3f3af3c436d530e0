import * as fc from 'fast-check';

/** Texts that have broken programs before. None of them names a path, a library or a line of code: replies may repeat them. */
const STRANGE = [
  '',
  ' ',
  '\0',
  '\r\n',
  '../../..',
  '..%2f..%2f',
  '%00',
  '%',
  '%c0%af',
  '%ff',
  '\u202egnp.exe',
  '\ud800',
  '\ufeff',
  '\u2028',
  'é́́́',
  '👩‍👩‍👧‍👦',
  "' OR 1=1 --",
  '<script>alert(1)</script>',
  '${7*7}',
  '{{7*7}}',
  '__proto__',
  'constructor',
  '__key__',
  'toString',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  '-1',
  '1e999',
  '0x10',
  '9007199254740993',
  '18446744073709551616',
  '2026-02-30T25:61:61Z',
  '0000-00-00',
  '+275760-09-13T00:00:00.001Z',
  'a'.repeat(300),
  'ä'.repeat(300),
];

/** Any text: strange, long or random. */
export const strangeText = (): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...STRANGE) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
    { weight: 1, arbitrary: fc.string({ maxLength: 60 }) },
  );

/** What is left of a text when it is to stand in a header: Node's client refuses the rest itself. */
export const asHeader = (text: string): string => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '').trim();

/** A text of these, or one that is nearly one of these: cut, doubled, with other letters, with more behind it. */
export const nearly = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...texts) },
    {
      weight: 3,
      arbitrary: fc.tuple(fc.constantFrom(...texts), fc.array(change(), { minLength: 1, maxLength: 3 })).map(apply),
    },
  );

interface Change {
  kind: 'replace' | 'cut' | 'insert' | 'double' | 'swap case';
  /** Where, as a part of the length. */
  at: number;
  text: string;
}

const change = (): fc.Arbitrary<Change> =>
  fc.record({
    kind: fc.constantFrom('replace', 'cut', 'insert', 'double', 'swap case'),
    at: fc.integer({ min: 0, max: 999 }).map((thousandths) => thousandths / 1000),
    text: fc.constantFrom('A', 'z', '0', '.', '-', '_', '=', '~', '/', '|', '%', '"', ' ', '\0', 'é'),
  });

function apply([text, changes]: [string, Change[]]): string {
  return changes.reduce((whole, { kind, at, text: piece }) => {
    const index = Math.floor(at * whole.length);
    const [before, after] = [whole.slice(0, index), whole.slice(index)];
    if (kind === 'cut') return before;
    if (kind === 'insert') return before + piece + after;
    if (kind === 'double') return whole + whole;
    return before + (kind === 'replace' ? piece : swapCase(after.charAt(0))) + after.slice(1);
  }, text);
}

const swapCase = (letter: string) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase());

const offset = () => fc.constantFrom('0', '1', '5', '100', '466', '99999999', '9007199254740993', '-1', '', 'x', '1.5');

/** `Range` (RFC 9110, section 14.2), well-formed or nearly so. */
export const range = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.tuple(offset(), offset()).map(([from, to]) => `bytes=${from}-${to}`),
    fc.array(fc.tuple(offset(), offset()), { minLength: 2, maxLength: 20 }).map((ranges) => {
      return `bytes=${ranges.map(([from, to]) => `${from}-${to}`).join(',')}`;
    }),
    nearly(['bytes=0-9', 'bytes=-5', 'bytes=5-', 'Bytes = 0 - 1', 'items=0-1', 'bytes=0-0,-1']),
  );

/** `If-Match` and its kin, of tags that were given out. */
export const tags = (known: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    nearly([...known, '*', '"x"', 'W/"x"', '"7."', '"']),
    fc.array(fc.constantFrom(...known, '*', 'W/"1.x"', '""'), { maxLength: 30 }).map((list) => list.join(', ')),
  );

/** `Accept` (RFC 9110, section 12.5.1). */
export const accept = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom('*/*', 'image/avif,image/webp,*/*', 'text/html', 'application/json', 'image/*;q=0'),
    fc
      .array(
        fc.tuple(
          fc.constantFrom('image/avif', 'image/webp', 'text/html', '*/*', '/', 'a/b/c'),
          fc.constantFrom('', ';q=1', ';q=0', ';q=2', ';q=x', ';;'),
        ),
        {
          maxLength: 40,
        },
      )
      .map((parts) => parts.map((part) => part.join('')).join(',')),
    strangeText(),
  );
