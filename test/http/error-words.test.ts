import { expect, test } from 'vitest';
import { FIELD_WORDS, WORDS_FOR_PEOPLE } from '../../src/runtime/error-words.ts';
import { ERRORS } from '../../src/runtime/errors.ts';

test('each error code has a sentence for people, without the words of programmers', () => {
  expect(Object.keys(WORDS_FOR_PEOPLE).sort()).toEqual(Object.keys(ERRORS).sort());
  const words = Object.entries(WORDS_FOR_PEOPLE);
  expect(words.filter(([, text]) => !/^[A-Z][^`]+\.$/.test(text))).toEqual([]);
  expect(words.filter(([, text]) => TECHNICAL.test(text))).toEqual([]);
});

test('each sentence about a field of a form is free of the words of programmers', () => {
  const words = Object.entries(FIELD_WORDS);
  expect(words.length).toBeGreaterThan(10);
  expect(words.filter(([pointer, text]) => !pointer.startsWith('/') || !/^[A-Z][^`]+\.$/.test(text))).toEqual([]);
  expect(words.filter(([, text]) => TECHNICAL.test(text))).toEqual([]);
});

const TECHNICAL = /bearer|token|cursor|field|bytes|header|JSON|HTTP|session|checksum/i;
