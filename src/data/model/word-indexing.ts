import type { User } from './records.ts';
import { WORDS_VERSION } from './words-of-photo.ts';

/** How the `words` property of a user begins while a job indexes the words of that user's photos; the photos done follow. */
export const INDEXING_WORDS = `indexing ${WORDS_VERSION} `;

/** Whether all photos of a user are found by their words, and how many a job has indexed if not. */
export interface WordIndexing {
  complete: boolean;
  photos?: number;
}

export function wordIndexingOf({ words = '' }: Pick<User, 'words'>): WordIndexing {
  if (words === WORDS_VERSION) return { complete: true };
  return { complete: false, photos: words.startsWith(INDEXING_WORDS) ? Number(words.slice(INDEXING_WORDS.length)) : 0 };
}
