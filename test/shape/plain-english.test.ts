import { expect, test } from 'vitest';
import { documents, filesBelow, textOf, TOP_FILES } from '../support/repository.ts';

/** Words that hide who acts, or that a reader whose first language is not English has to look up. */
const WORDS = /\b(?:whoever|whomever|nobody|somebody|anybody|he|his|him|shall|anew|for ever)\b/gi;

/** Quotes and data, by file. */
const EXCEPTIONS: Record<string, readonly string[]> = {};

const OWN = 'test/shape/plain-english.test.ts';

test('no comment, title, text or document uses a word that hides who acts', () => {
  const files = [...documents(), ...TOP_FILES, 'package.json', ...filesBelow(['src', 'test'], '.ts')];
  expect(files.filter((file) => file !== OWN).flatMap((file) => placesIn(file))).toEqual([]);
});

function placesIn(file: string): { file: string; line: string }[] {
  const exceptions = EXCEPTIONS[file] ?? [];
  const lines = textOf(file).split('\n');
  return lines
    .filter((line) => !exceptions.some((text) => line.includes(text)))
    .flatMap((line) => Array.from(line.matchAll(WORDS), () => ({ file, line: line.trim() })));
}
