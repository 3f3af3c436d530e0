import { array, assert, integer, oneof, property } from 'fast-check';
import { expect, test } from 'vitest';
import { cleanLine, cleanText } from '../../src/http/input/human-text.ts';

test.each([
  ['NUL and other controls of C0 go', 'a\0b\x07c\x1bd\x7f', 'abcd'],
  ['controls of C1 go', 'a\u0080b\u0085c\u009f', 'abc'],
  ['marks that override the reading direction go', 'a\u202egpj.exe\u202c', 'agpj.exe'],
  ['marks that embed or isolate a direction go', '\u202aa\u202bb\u202dc\u2066d\u2067e\u2068f\u2069', 'abcdef'],
  ['halves of surrogate pairs go', 'a\ud83db\udc68c', 'abc'],
  ['a half does not find its other one where something stood between', 'a\ud83d\0\udc68b', 'ab'],
  ['tabs and line feeds stay', 'a\tb\nc', 'a\tb\nc'],
  ['line ends of other systems become line feeds', 'a\r\nb\rc', 'a\nb\nc'],
  ['a family of emoji stays together', '👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦'],
  ['variation selectors and skin tones stay', '❤️ ☎︎ 👍🏽', '❤️ ☎︎ 👍🏽'],
  [
    'the flag of Wales stays',
    '🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}',
    '🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}',
  ],
  [
    'text from right to left stays, with its marks',
    'שלום \u200fworld\u200e \u061cمرحبا',
    'שלום \u200fworld\u200e \u061cمرحبا',
  ],
  ['joiners of Persian and Hindi stay', 'می\u200cخواهم क्\u200dष', 'می\u200cخواهم क्\u200dष'],
])('%s', (_what, text, clean) => {
  expect(cleanText(text)).toBe(clean);
});

test('a text of one line has no tabs and line ends, and no space around it', () => {
  expect(cleanLine(' Ana\tMaria\r\nLópez\0 \n')).toBe('Ana Maria López');
});

/** Halves of surrogate pairs among them, and often what is to be removed. */
const codeUnits = array(oneof(integer({ min: 0, max: 0xffff }), integer({ min: 0, max: 0xa0 })), { maxLength: 60 });

test('whatever a client sends, what is left is well formed and stays as it is when cleaned again', () => {
  assert(
    property(codeUnits, (units) => {
      const text = String.fromCharCode(...units);
      const clean = cleanText(text);
      expect(clean.isWellFormed()).toBe(true);
      expect(clean).not.toMatch(/(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      expect(cleanText(clean)).toBe(clean);
    }),
    { numRuns: 300 },
  );
});
