import { expect, test } from 'vitest';
import { WORDS_FOR_PEOPLE } from '../../src/runtime/error-words.ts';
import { ERRORS } from '../../src/runtime/errors.ts';

test('each error code has a sentence for people, without the words of programmers', () => {
  expect(Object.keys(WORDS_FOR_PEOPLE).sort()).toEqual(Object.keys(ERRORS).sort());
  const words = Object.entries(WORDS_FOR_PEOPLE);
  expect(words.filter(([, text]) => !/^[A-Z][^`]+\.$/.test(text))).toEqual([]);
  const technical = words.filter(([, text]) =>
    /bearer|token|cursor|field|bytes|header|JSON|HTTP|session|checksum/i.test(text),
  );
  expect(technical).toEqual([]);
});
