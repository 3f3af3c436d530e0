import { filterTerm } from '../../data/model/words-of-photo.ts';
import { foldText, wordsOf } from '../../data/model/words-of-text.ts';
import type { Snapshot } from '../../data/read/snapshot.ts';
import type { ParsedQuery } from './parse-query.ts';
import { captionVocabularyRef, vocabularyRef, type Vocabulary } from './vocabulary.ts';

type EntityReader = Pick<Snapshot, 'entity'>;

/** Terms of the index, of which a photo must have one. */
export type AnyOf = string[];

/** Words that a prefix becomes at the most. */
const MOST_WORDS_OF_PREFIX = 10;

/** Combinations of terms in one query at the most: Datastore's limit of disjunctions. */
const MOST_COMBINATIONS = 30;

/**
 * The terms of the index that fulfil each word of a search: the word itself, for a prefix the words that begin so, and the
 * albums in whose titles such a word occurs. Reads the vocabulary.
 */
export async function expandWords(
  snapshot: EntityReader,
  { words, prefix }: Pick<ParsedQuery, 'words' | 'prefix'>,
): Promise<AnyOf[]> {
  if (words.length === 0 && prefix === undefined) return [];
  const main = await snapshot.entity(vocabularyRef);
  const titles = foldedTitles(main);
  const wanted = words.map((word) => ({ own: [word], albums: albumsNamed(titles, word, (other) => other === word) }));
  if (prefix !== undefined) {
    const own = wordsOfPrefix(await withCaptions(snapshot, main), prefix);
    wanted.push({ own, albums: albumsNamed(titles, prefix, (other) => other.startsWith(prefix)) });
  }
  return withinLimit(wanted);
}

/**
 * The words that begin so: the prefix itself, then those that most photos have. The prefix may be a word that is not in the
 * vocabulary, such as a part of a file's name.
 */
function wordsOfPrefix(vocabulary: readonly Vocabulary[], prefix: string): string[] {
  const counts = new Map<string, number>();
  for (const { counts: kinds } of vocabulary) {
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
  return [prefix, ...mostFirst.slice(0, MOST_WORDS_OF_PREFIX - 1).map(([word]) => word)];
}

interface AlbumTitle {
  album: string;
  title: string;
  folded: string;
}

/** The one that was given last comes first. */
const foldedTitles = (vocabulary: Vocabulary | undefined): AlbumTitle[] =>
  Object.entries(vocabulary?.titles ?? {})
    .map(([album, title]) => ({ album, title, folded: foldText(title) }))
    .toReversed();

/** The albums in whose titles a word occurs that is `text` or begins so; no more than one query can take. */
function albumsNamed(titles: readonly AlbumTitle[], text: string, isWanted: (word: string) => boolean): string[] {
  const found: string[] = [];
  for (const { album, title, folded } of titles) {
    // An account may have 20,000 albums: the words of most titles are never looked at.
    if (!folded.includes(text) || ![...wordsOf(title)].some(isWanted)) continue;
    found.push(album);
    if (found.length === MOST_COMBINATIONS - 1) break;
  }
  return found;
}

/** Takes in turn an album for each word, as long as all combinations of terms are not too many for one query. */
function withinLimit(wanted: readonly { own: string[]; albums: string[] }[]): AnyOf[] {
  const terms = wanted.map(({ own }) => own);
  const most = Math.max(...wanted.map(({ albums }) => albums.length));
  for (let at = 0; at < most; at++) {
    for (const [word, { albums }] of wanted.entries()) {
      const [album, own] = [albums[at], terms[word]!];
      const combinations = terms.reduce((product, { length }, other) => product * (length + Number(other === word)), 1);
      if (album !== undefined && combinations <= MOST_COMBINATIONS) own.push(filterTerm.album(album));
    }
  }
  return terms;
}

/** The vocabulary of a user, which is divided once it is large. */
export const readVocabulary = async (snapshot: EntityReader): Promise<Vocabulary[]> =>
  withCaptions(snapshot, await snapshot.entity(vocabularyRef));

async function withCaptions(snapshot: EntityReader, main: Vocabulary | undefined): Promise<Vocabulary[]> {
  const captions = main?.divided ? await snapshot.entity(captionVocabularyRef) : undefined;
  return [main, captions].filter((part) => part !== undefined);
}
