import type { Photo } from './records.ts';
import { placeKeysOf, placeOf } from './photo-place.ts';
import { wordsOf } from './words-of-text.ts';

/** Raised with each change of the words that photos are found by. A nightly job then writes all photos again, and lists all albums. */
export const WORDS_VERSION = '2';

/** Where a word comes from. */
export type WordKind = 'tag' | 'place' | 'time' | 'type' | 'camera' | 'caption' | 'fileName';

/** A part of a photo that has words. */
interface WordSource {
  kind: WordKind;
  texts(photo: Photo): readonly (string | null)[];
  /** What suggestions offer of it. Names of files are as many as photos, and nearly all different. */
  offers: 'texts' | 'words' | 'nothing';
}

/** In the order in which words are kept: of a photo with too many, the last ones are not found. */
export const WORD_SOURCES: readonly WordSource[] = [
  { kind: 'tag', offers: 'texts', texts: ({ tags = [] }) => tags },
  { kind: 'place', offers: 'texts', texts: placeNames },
  { kind: 'time', offers: 'texts', texts: yearAndMonth },
  { kind: 'type', offers: 'texts', texts: ({ type }) => [type.slice(type.indexOf('/') + 1)] },
  {
    kind: 'camera',
    offers: 'texts',
    texts: ({ camera: { make, model, lens } }) => [make, model, lens],
  },
  { kind: 'caption', offers: 'words', texts: ({ caption, alt }) => [caption, alt] },
  { kind: 'fileName', offers: 'nothing', texts: ({ fileName }) => [fileName] },
];

function placeNames(photo: Photo): (string | null)[] {
  const place = placeOf(photo);
  return place ? [place.city, place.region, place.country] : [];
}

/** A month has its number and its English name, as far as they are known. */
function yearAndMonth({ takenAt: { local, precision } }: Photo): string[] {
  const year = local.slice(0, 4);
  if (precision === 'year') return [year];
  return [year, local.slice(0, 7), MONTHS[Number(local.slice(5, 7)) - 1] ?? ''];
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** Each word stands in ten entries of indexes, and 50 photos must fit into the 10 MiB of a transaction. */
const MOST_WORDS = 60;

/** The words that a photo is found by, each once. */
export function wordsOfPhoto(photo: Photo): Set<string> {
  const words = new Set<string>();
  for (const { texts } of WORD_SOURCES) {
    for (const text of texts(photo)) {
      for (const word of wordsOf(text ?? '')) {
        words.add(word);
        if (words.size === MOST_WORDS) return words;
      }
    }
  }
  return words;
}

/** Terms by which filters find a photo. The colon keeps them apart from words, which have none. */
export const filterTerm = {
  favourite: (is: boolean) => `favourite:${is}`,
  archived: (is: boolean) => `archived:${is}`,
  /** Of the photos of a country or city, by its key. */
  in: (place: string) => `in:${place}`,
  hasPlace: (has: boolean) => `place:${has}`,
  type: (type: string) => `type:${type}`,
  album: (album: string) => `album:${album}`,
  /** Of all photos that have at least this rating. */
  rating: (rating: number) => `rating:${rating}`,
};

/** What the indexed property `words` of a photo holds: its words, and the terms of filters. */
export const termsOfPhoto = (photo: Photo): string[] => [
  ...wordsOfPhoto(photo),
  filterTerm.favourite(photo.favourite),
  filterTerm.archived(photo.archived),
  filterTerm.hasPlace(photo.location !== null || placeOf(photo) !== undefined),
  filterTerm.type(photo.type),
  ...Array.from({ length: photo.rating ?? 0 }, (_, at) => filterTerm.rating(at + 1)),
  ...Object.keys(photo.albums ?? {}).map(filterTerm.album),
  ...Object.values(placeKeysOf(photo) ?? {})
    .filter((key) => key !== undefined)
    .map(filterTerm.in),
];
