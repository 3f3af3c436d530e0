import type { WordKind } from '../../data/model/words-of-photo.ts';
import { foldText, wordsOf } from '../../data/model/words-of-text.ts';
import type { Store } from '../../data/read/store.ts';
import type { UserId } from '../../runtime/ids.ts';
import { readVocabulary } from './expand-words.ts';

/** A text that photos of the user have. */
interface Suggestion {
  text: string;
  kind: WordKind;
  count: number;
}

const MOST_SUGGESTIONS = 10;

/**
 * Reads the texts that go on what a person types: those that begin with it or with its last word, then those in which another
 * word does, those of most photos first. Reads the vocabulary alone.
 */
export async function suggest({ store }: { store: Store }, user: UserId, q: string): Promise<Suggestion[]> {
  const whole = foldText(q.trim());
  const last = [...wordsOf(q)].at(-1) ?? '';
  if (q.trim() !== '' && last === '') return [];
  const found: (Suggestion & { rank: number })[] = [];
  for (const { counts } of await readVocabulary({ entity: (ref) => store.entity(user, ref) })) {
    for (const [kind, texts] of Object.entries(counts) as [WordKind, Record<string, number>][]) {
      for (const [text, count] of Object.entries(texts)) {
        const rank = rankOf(text, whole, last);
        if (rank !== undefined) found.push({ text, kind, count, rank });
      }
    }
  }
  const best = found.toSorted((a, b) => a.rank - b.rank || b.count - a.count || (a.text < b.text ? -1 : 1));
  return best.slice(0, MOST_SUGGESTIONS).map(({ text, kind, count }) => ({ text, kind, count }));
}

function rankOf(text: string, whole: string, last: string): number | undefined {
  const folded = foldText(text);
  if (folded.startsWith(whole)) return 0;
  if (folded.startsWith(last)) return 1;
  return [...wordsOf(text)].some((word) => word.startsWith(last)) ? 2 : undefined;
}
