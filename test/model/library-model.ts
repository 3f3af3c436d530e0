/** What one photo ought to be. */
export interface ModelPhoto {
  id: string;
  sha256: string;
  bytes: number;
  /** Wall-clock time of capture, and what the file says of it. */
  local: string;
  fileLocal: string;
  caption: string;
  favourite: boolean;
  archived: boolean;
  place: 'library' | 'trash' | 'gone';
  revision: number;
}

/** A library so simple that it cannot be wrong: photos in the order of their posting. */
export type LibraryModel = Map<string, ModelPhoto>;

/** Newest first; photos of the same moment by their ids, the largest first. */
const byTime = (a: ModelPhoto, b: ModelPhoto) => (positionOf(a) < positionOf(b) ? 1 : -1);
const positionOf = ({ local, id }: ModelPhoto) => `${local.padEnd(20, '.').padEnd(26, '0')}|${id}`;

const idsOf = (photos: Iterable<ModelPhoto>) => Array.from(photos, ({ id }) => id);

const all = (model: LibraryModel) => [...model.values()];
const inLibrary = (model: LibraryModel) => all(model).filter(({ place }) => place === 'library');
const inTrash = (model: LibraryModel) => all(model).filter(({ place }) => place === 'trash');

/**
 * The photos that have all the words of a search, by the simplest rule: each word of the query occurs in the caption or in the
 * title of an album, or is the year of the photo, and the last one may be the beginning of a word.
 */
export function found(model: LibraryModel, titlesOf: (photo: string) => string[], q: string): ModelPhoto[] {
  const wanted = q.split(' ');
  return inLibrary(model).filter(({ id, caption, local }) => {
    const words = [caption, ...titlesOf(id)].flatMap((text) => text.split(' '));
    words.push(local.slice(0, 4));
    const has = (word: string, at: number) =>
      at === wanted.length - 1 ? words.some((other) => other.startsWith(word)) : words.includes(word);
    return wanted.every(has);
  });
}

/** What is listed where, by `/v1/timeline`. */
export function photosIn(model: LibraryModel, what: { archived: boolean; favourite?: boolean }): ModelPhoto[] {
  const here = inLibrary(model).filter(({ archived }) => archived === what.archived);
  return what.favourite === undefined ? here : here.filter(({ favourite }) => favourite === what.favourite);
}

export const taken = (photos: ModelPhoto[]) => idsOf(photos.toSorted(byTime));
export const posted = (photos: ModelPhoto[]) => idsOf(photos.toReversed());

/** The trash, what went there last first; on a clock that stands, all went there at once. */
export const trash = (model: LibraryModel) => idsOf(inTrash(model)).sort((a, b) => (a < b ? 1 : -1));

/** Photos per day, the newest first. */
export function days(model: LibraryModel): { date: string; count: number }[] {
  const byDay = Map.groupBy(photosIn(model, { archived: false }), ({ local }) => local.slice(0, 10));
  return Array.from(byDay, ([date, { length: count }]) => ({ date, count })).sort((a, b) => (a.date < b.date ? 1 : -1));
}

/** What the account holds, the trash among it. */
export function usage(model: LibraryModel): { photos: number; bytes: number } {
  const kept = all(model).filter(({ place }) => place !== 'gone');
  return { photos: inLibrary(model).length, bytes: kept.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** What `/v1/photos/check` says of some bytes. */
export function statusOf(model: LibraryModel, sha256: string): 'present' | 'trashed' | 'missing' {
  const places = all(model).filter((photo) => photo.sha256 === sha256);
  if (places.some(({ place }) => place === 'library')) return 'present';
  return places.some(({ place }) => place === 'trash') ? 'trashed' : 'missing';
}

/** What the service shows of a photo, as far as the model knows it. */
export function shown({ id, sha256, bytes, local, caption, favourite, archived, revision, place }: ModelPhoto) {
  return { id, sha256, bytes, local, caption, favourite, archived, revision, trashed: place === 'trash' };
}
export type Shown = ReturnType<typeof shown>;
