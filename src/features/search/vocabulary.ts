import type { EntityRef } from '../../data/model/entity-refs.ts';
import { packedKind } from '../../data/model/kind.ts';
import type { Photo } from '../../data/model/records.ts';
import { WORD_SOURCES, type WordKind } from '../../data/model/words-of-photo.ts';
import { wordsOf } from '../../data/model/words-of-text.ts';
import type { Change } from '../../data/rules/change.ts';
import type { AlbumId } from '../../runtime/ids.ts';

/** How many photos have each text of a kind: a tag, a camera, a word of a caption. */
type TextCounts = Record<string, number>;

/** What suggestions offer, with the number of photos that are not in the trash, and what albums are called. */
export interface Vocabulary {
  counts: Partial<Record<WordKind, TextCounts>>;
  /** The titles of albums by their ids, in the order in which they got them. */
  titles?: Record<string, string> | undefined;
  /** While a job lists all albums: the `listKey` up to which they are listed. */
  titledUpTo?: string | undefined;
  /** While a job counts all photos: those up to this id are counted. */
  countedUpTo?: string | undefined;
  /** Whether the words of captions stand in the second entity. */
  divided?: true | undefined;
}

const VocabularyKind = packedKind<Vocabulary>('Vocabulary', { version: 1, fields: { counts: 'object' } });

export const vocabularyRef: EntityRef<Vocabulary> = { kind: VocabularyKind, name: 'all' };

/** Holds the words of captions, once all are too many for one entity. */
export const captionVocabularyRef: EntityRef<Vocabulary> = { kind: VocabularyKind, name: 'captions' };

/** Bytes after which the words of captions get an entity of their own. */
const DIVIDED_AT_BYTES = 500_000;

/** Bytes after which an entity takes no further texts: Datastore refuses one of a MiB. */
const MOST_BYTES = 900_000;

/** A text that suggestions offer, and how many photos have it more or fewer. */
interface CountChange {
  kind: WordKind;
  text: string;
  by: number;
}

/** By how much the counts of texts change with a photo. */
export function countChanges(before: Photo | undefined, after: Photo | undefined): CountChange[] {
  const [left, entered] = [offeredBy(before), offeredBy(after)];
  const changes: CountChange[] = [];
  for (const [key, { kind, text }] of left) if (!entered.has(key)) changes.push({ kind, text, by: -1 });
  for (const [key, { kind, text }] of entered) if (!left.has(key)) changes.push({ kind, text, by: 1 });
  return changes;
}

function offeredBy(photo: Photo | undefined): Map<string, Omit<CountChange, 'by'>> {
  if (!photo || photo.trashedAt !== null) return new Map();
  const offered = WORD_SOURCES.flatMap(({ kind, texts, offers }) => {
    if (offers === 'nothing') return [];
    const shown = texts(photo).filter((text) => text !== null);
    const found = offers === 'texts' ? shown : shown.flatMap((text) => [...wordsOf(text)].filter(isOffered));
    return found.filter((text) => text !== '').map((text) => ({ kind, text }));
  });
  return new Map(offered.map((one) => [`${one.kind} ${one.text}`, one]));
}

/** A Latin letter or a digit alone says nothing. */
const isOffered = (word: string) => /^(?:..|\P{ASCII})/u.test(word);

/** Counts texts within a change. Writes one entity, or two once the vocabulary is divided. */
export async function changeCounts({ entities }: Change, changes: readonly CountChange[]): Promise<void> {
  const main = (await entities.read(vocabularyRef)) ?? { counts: {} };
  const ofCaptions = changes.filter(({ kind }) => main.divided && kind === 'caption');
  const others = changes.filter((change) => !ofCaptions.includes(change));
  if (ofCaptions.length > 0) {
    const captions = (await entities.read(captionVocabularyRef)) ?? { counts: {} };
    entities.write(captionVocabularyRef, counted(captions, ofCaptions));
  }
  if (others.length === 0) return;
  const after = counted(main, others);
  const { caption = {}, ...rest } = after.counts;
  if (main.divided || sizeOf(after) <= DIVIDED_AT_BYTES) {
    entities.write(vocabularyRef, after);
    return;
  }
  entities.write(vocabularyRef, { ...after, counts: rest, divided: true });
  entities.write(captionVocabularyRef, { counts: { caption } });
}

function counted(vocabulary: Vocabulary, changes: readonly CountChange[]): Vocabulary {
  const counts = { ...vocabulary.counts };
  const isFull = sizeOf(vocabulary) > MOST_BYTES;
  for (const [kind, ofKind] of Map.groupBy(changes, (change) => change.kind)) {
    // A text may be `__proto__`, so it is no name of a property before all are counted.
    const texts = new Map(Object.entries(counts[kind] ?? {}));
    for (const { text, by } of ofKind) {
      const count = (texts.get(text) ?? 0) + by;
      if (count <= 0) texts.delete(text);
      else if (!isFull || texts.has(text)) texts.set(text, count);
    }
    counts[kind] = Object.fromEntries(texts);
  }
  return { ...vocabulary, counts };
}

/** Notes what albums are called now, undefined for those that are deleted. Writes one entity. */
export async function changeTitles(
  { entities }: Change,
  titles: ReadonlyMap<AlbumId, string | undefined>,
): Promise<void> {
  const main = (await entities.read(vocabularyRef)) ?? { counts: {} };
  const isFull = sizeOf(main) > MOST_BYTES;
  const known = new Map(Object.entries(main.titles ?? {}));
  for (const [album, title] of titles) {
    const isKnown = known.delete(album);
    if (title !== undefined && (isKnown || !isFull)) known.set(album, title);
  }
  entities.write(vocabularyRef, { ...main, titles: Object.fromEntries(known) });
}

const sizeOf = ({ counts, titles }: Vocabulary) => Buffer.byteLength(JSON.stringify({ counts, titles }));
