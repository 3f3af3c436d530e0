import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '../../src');

/** What each file imports of our own. */
type Imports = Map<string, string[]>;

test('no file of src imports itself by way of others, type-only imports aside', () => {
  expect(circles(importsBelow('', { types: false }))).toEqual([]);
});

test('no file of the local cloud imports itself by way of others, not even for types', () => {
  expect(circles(importsBelow('local-cloud/', { types: true }))).toEqual([]);
});

test('the search for circles finds a short one, a long one and two that share a file', () => {
  const imports = { a: ['b'], b: ['a', 'c'], c: ['d'], d: ['e'], e: ['c', 'f'], f: ['g', 'h'], g: ['f'], h: ['f'] };
  expect(circles(new Map(Object.entries(imports)))).toEqual(['a → b → a', 'c → d → e → c', 'f → g → f', 'f → h → f']);
});

function importsBelow(folder: string, { types }: { types: boolean }): Imports {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && file.startsWith(folder),
  );
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(SRC, file), 'utf8');
      const found = text.matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/gm);
      const counted = [...found].filter(([, typeOnly]) => types || typeOnly === undefined);
      return [file, counted.map(([, , static_, lazy]) => posix.join(posix.dirname(file), static_ ?? lazy ?? ''))];
    }),
  );
}

/** Follows the imports depth first. An import of a file that is still on the path closes a circle. */
function circles(imports: Imports): string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const follow = (file: string, path: string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.push([...path.slice(start), file].join(' → '));
    if (start >= 0 || finished.has(file)) return;
    for (const next of imports.get(file) ?? []) follow(next, [...path, file]);
    finished.add(file);
  };
  for (const file of imports.keys()) follow(file, []);
  return found;
}
