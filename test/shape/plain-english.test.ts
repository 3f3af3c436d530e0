import { expect, test } from 'vitest';
import { documents, filesBelow, textOf, TOP_FILES } from '../support/repository.ts';

/** Words that hide who acts, or that a reader whose first language is not English has to look up. */
const WORDS = /\b(?:whoever|whomever|nobody|somebody|anybody|he|his|him|shall|anew|for ever)\b/gi;

/** Quotes and data, by file. */
const EXCEPTIONS: Record<string, readonly string[]> = {};

/** Places in folders that are still to be rewritten. The numbers only fall. */
const NOT_YET: Record<string, number> = {};

const OWN = 'test/shape/plain-english.test.ts';

test('no comment, title, text or document uses a word that hides who acts', () => {
  const files = [...documents(), ...TOP_FILES, 'package.json', ...filesBelow(['src', 'test'], '.ts')];
  const found = files.filter((file) => file !== OWN).flatMap((file) => placesIn(file));
  const byFolder = Map.groupBy(found, ({ file }) => folderOf(file));
  for (const [folder, places] of byFolder) {
    if (places.length > (NOT_YET[folder] ?? 0)) expect({ folder, places }).toEqual({ folder, places: [] });
  }
});

function placesIn(file: string): { file: string; line: string }[] {
  const exceptions = EXCEPTIONS[file] ?? [];
  const lines = textOf(file).split('\n');
  return lines
    .filter((line) => !exceptions.some((text) => line.includes(text)))
    .flatMap((line) => Array.from(line.matchAll(WORDS), () => ({ file, line: line.trim() })));
}

/** The feature, or the folder of `src` or `test`. */
const folderOf = (file: string) =>
  file
    .split('/')
    .slice(0, file.startsWith('src/features/') ? 3 : 2)
    .join('/');
