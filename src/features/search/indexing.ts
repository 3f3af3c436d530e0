import type { User } from '../../data/model/records.ts';
import { WORDS_VERSION } from '../../data/model/words-of-photo.ts';

/** How the `words` property of a user begins while a job indexes the words of that user's photos; the photos done follow. */
export const INDEXING_WORDS = `indexing ${WORDS_VERSION} `;

/** Whether all photos of a user are found by their words, and how many are if not. */
export function indexingOf({ words = '' }: Pick<User, 'words'>): { complete: boolean; photos?: number } {
  if (words === WORDS_VERSION) return { complete: true };
  return { complete: false, photos: words.startsWith(INDEXING_WORDS) ? Number(words.slice(INDEXING_WORDS.length)) : 0 };
}
