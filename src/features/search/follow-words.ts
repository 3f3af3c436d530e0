import { userRef } from '../../data/model/entity-refs.ts';
import type { Photo } from '../../data/model/records.ts';
import { WORDS_VERSION } from '../../data/model/words-of-photo.ts';
import type { Change } from '../../data/rules/change.ts';
import { INDEXING_WORDS } from '../../data/model/word-indexing.ts';
import { changeCounts, countChanges, vocabularyRef } from './vocabulary.ts';

/** Keeps the vocabulary in agreement with the photos, in the same transaction. It reads and writes nothing if no text changes. */
export async function followWords(change: Change, before: Photo | undefined, after: Photo): Promise<void> {
  const changes = countChanges(before, after);
  if (changes.length === 0) return;
  const { entities } = change;
  const words = (await entities.read(userRef))?.words;
  if (words !== WORDS_VERSION) {
    if (!words?.startsWith(INDEXING_WORDS)) return;
    // The job counts the photos behind its position as they will then be.
    const counted = (await entities.read(vocabularyRef))?.countedUpTo ?? '';
    if (after.id > counted) return;
  }
  await changeCounts(change, changes);
}
