import { expect, test } from 'vitest';
import { filesBelow, textOf } from '../support/repository.ts';

/** A title that begins like this needs its `describe` to be understood: a report shows it alone. */
const INCOMPLETE = /^(?:that|is|are|of|what|has|have|who|whose|tells|names|when|with)\b/;

/** A call of `test`, or of what `test.each` and the like return, and its title. */
const TITLE =
  /(?:\btest(?:\.\w+)*|\btest\.(?:each|for)(?:<[^>]*>)?\([\s\S]*?\)|\)\s*)\(\s*(['"`])((?:\\.|(?!\1)[\s\S])*?)\1,\s*(?:\{[^{}]*\},\s*)?(?:async\s*)?\(/g;

test('every test title is a sentence that needs no describe to complete it', () => {
  const titles = filesBelow(['test'], '.test.ts').flatMap((file) => titlesIn(file));
  expect(titles.length).toBeGreaterThan(1500);
  expect(titles.filter(({ title }) => INCOMPLETE.test(title))).toEqual([]);
});

function titlesIn(file: string): { file: string; title: string }[] {
  return Array.from(textOf(file).matchAll(TITLE), ([, , title = '']) => ({ file, title }));
}
