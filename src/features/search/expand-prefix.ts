import type { Snapshot } from '../../data/read/snapshot.ts';
import { wordsOf } from '../../data/model/words-of-text.ts';
import { captionVocabularyRef, vocabularyRef, type Vocabulary } from './vocabulary.ts';

/** Terms that one word becomes at the most. Datastore takes 30 in one query. */
const MOST_TERMS = 10;

/**
 * The words that begin so: the prefix itself, then those that most photos have. Reads the vocabulary. The prefix may be a word
 * that is not in it, such as a part of a file's name.
 */
export async function expandPrefix(snapshot: Pick<Snapshot, 'entity'>, prefix: string): Promise<string[]> {
  const counts = new Map<string, number>();
  for (const { counts: kinds } of await readVocabulary(snapshot)) {
    for (const [kind, texts] of Object.entries(kinds)) {
      for (const [text, count] of Object.entries(texts)) {
        const words = kind === 'caption' ? [text] : wordsOf(text);
        for (const word of words) {
          if (word !== prefix && word.startsWith(prefix)) counts.set(word, (counts.get(word) ?? 0) + count);
        }
      }
    }
  }
  const mostFirst = [...counts].toSorted(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1));
  return [prefix, ...mostFirst.slice(0, MOST_TERMS - 1).map(([word]) => word)];
}

/** The vocabulary of a user, which is divided once it is large. */
export async function readVocabulary(snapshot: Pick<Snapshot, 'entity'>): Promise<Vocabulary[]> {
  const main = await snapshot.entity(vocabularyRef);
  const captions = main?.divided ? await snapshot.entity(captionVocabularyRef) : undefined;
  return [main, captions].filter((part) => part !== undefined);
}
