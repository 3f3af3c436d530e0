import { wordsOf } from '../../data/model/words-of-text.ts';
import { AppError } from '../../runtime/errors.ts';

/** What a person asks for. */
export interface ParsedQuery {
  /** Words that a photo must have. */
  words: string[];
  /** The last word, of which the person may have typed the beginning alone. */
  prefix?: string | undefined;
  /** Words in quotes, which must follow each other. They are among `words`, too. */
  phrases: string[][];
  /** Behind a minus sign: words that must not follow each other, or a word that must be absent. */
  excluded: string[][];
  /** Whether there was something, and nothing in it is a word. */
  hasNoWord: boolean;
}

/** Each word joins one more range of the index. */
const MOST_QUERY_WORDS = 20;

/**
 * Reads the text of a search: words, `"words in quotes"`, `-without`. A last word without a blank behind it is a prefix.
 * @throws AppError invalid-request for too many words
 */
export function parseQuery(text: string): ParsedQuery {
  const words = new Set<string>();
  const parsed: Omit<ParsedQuery, 'words' | 'hasNoWord'> = { phrases: [], excluded: [] };
  let last: string | undefined;
  for (const [whole, minus, quoted, plain] of text.matchAll(PART)) {
    const found = [...wordsOf(quoted ?? plain ?? '')];
    last = undefined;
    if (found.length === 0) continue;
    if (minus) {
      parsed.excluded.push(found);
      continue;
    }
    if (quoted !== undefined && found.length > 1) parsed.phrases.push(found);
    if (quoted === undefined && text.endsWith(whole)) last = found.at(-1);
    for (const word of found) words.add(word);
  }
  const count = words.size + parsed.excluded.flat().length;
  if (count > MOST_QUERY_WORDS) throw tooManyWords(count);
  if (last !== undefined) words.delete(last);
  const hasNoWord = text.trim() !== '' && last === undefined && words.size + parsed.excluded.length === 0;
  return { ...parsed, words: [...words], prefix: last, hasNoWord };
}

/** A minus sign counts before a word or a quote. A quote that is not closed ends with the text. */
const PART = /(?:(?<=^|\s)(-))?(?:["“”„]([^"“”„]*)(?:["“”]|$)|([^\s"“”„]+))/gu;

const tooManyWords = (count: number) =>
  new AppError('invalid-request', `The search has ${count} words. Send at most ${MOST_QUERY_WORDS}.`);
