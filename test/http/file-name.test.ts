import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { cleanFileName } from '../../src/http/forms/file-name.ts';

const latin1 = (name: string) => Buffer.from(name).toString('latin1');

test.each([
  ['UTF-8 read as Latin-1 is mended', latin1('größer 写真 🏖.jpg'), 'größer 写真 🏖.jpg'],
  ['a name already decoded stays', 'größer 写真.jpg', 'größer 写真.jpg'],
  ['true Latin-1 stays', 'gr\xf6\xdfer.jpg', 'größer.jpg'],
  ['a composed form is taken', latin1('e\u0301.jpg'), '\u00e9.jpg'],
  ['a control between letter and accent does not keep them apart', latin1('e\u0000\u0301.jpg'), '\u00e9.jpg'],
  ['the path goes', 'C:\\Users\\ana/DCIM\\a.jpg', 'a.jpg'],
  ['what turns the reading direction goes', latin1('a\u202egpj.exe\u2069'), 'agpj.exe'],
  ['controls, line ends and half characters go', 'a\r\nb\t\u007f\u0085\ud83d.jpg', 'ab.jpg'],
  ['blanks around it go', '  a b.jpg ', 'a b.jpg'],
  ['a family of emoji stays together', latin1('👨‍👩‍👧.jpg'), '👨‍👩‍👧.jpg'],
  ['nothing may be left', '/', ''],
])('%s', (_what, raw, clean) => {
  expect(cleanFileName(raw)).toBe(clean);
});

test('a long name is cut between code points and keeps its extension', () => {
  const name = cleanFileName(`${'🏖'.repeat(300)}.jpeg`);
  expect(name).toBe(`${'🏖'.repeat(195)}.jpeg`);
});

test('whatever a client sends, the name is short, flat and without controls', () => {
  assert(
    property(string({ unit: 'binary', maxLength: 400 }), (raw) => {
      const name = cleanFileName(raw);
      expect(Array.from(name).length).toBeLessThanOrEqual(200);
      expect(name).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069/\\]/u);
      expect(name.isWellFormed()).toBe(true);
      expect(name.normalize('NFC')).toBe(name);
    }),
    { numRuns: 500 },
  );
});
