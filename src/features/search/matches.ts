import type { Photo } from '../../data/model/records.ts';
import { WORD_SOURCES, wordsOfPhoto } from '../../data/model/words-of-photo.ts';
import { wordsOf } from '../../data/model/words-of-text.ts';
import type { ParsedQuery } from './parse-query.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Whether a search asks for what the index does not know: the order of words, and words that are absent. */
export const needsCheck = ({ phrases, excluded }: ParsedQuery) => phrases.length + excluded.length > 0;

/**
 * Whether a photo that the index has found has the phrases of a search, and nothing that it excludes. The titles of its albums
 * count like texts of the photo.
 */
export function passesCheck({ phrases, excluded }: ParsedQuery, photo: Photo, titles: Vocabulary['titles']): boolean {
  const words = wordsOfPhoto(photo);
  const albums = Object.keys(photo.albums ?? {});
  const has = (phrase: readonly string[]) =>
    (phrase.every((word) => words.has(word)) && (phrase.length === 1 || follows(photo, phrase))) ||
    albums.some((album) => occurs(phrase, [...wordsOf(titles?.[album] ?? '')]));
  return phrases.every(has) && !excluded.some(has);
}

/** Whether the words of a phrase follow each other in one text of a photo. */
const follows = (photo: Photo, phrase: readonly string[]) =>
  WORD_SOURCES.some(({ texts }) => texts(photo).some((text) => occurs(phrase, [...wordsOf(text ?? '')])));

const occurs = (phrase: readonly string[], words: readonly string[]) =>
  words.some((_, at) => phrase.every((word, behind) => words[at + behind] === word));
