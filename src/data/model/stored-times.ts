import type { FileSays, Photo, TakenAt, TakenAtSource } from './records.ts';

/** A photo as it may have been stored: its times had no precision at first. */
export type StoredPhoto = Omit<Photo, 'takenAt' | 'fileSays'> & {
  takenAt: StoredTime;
  fileSays?: Partial<Omit<FileSays, 'takenAt'> & { takenAt: StoredTime }>;
};
type StoredTime = Omit<TakenAt, 'precision'> & Partial<Pick<TakenAt, 'precision'>>;

/** A photo as it is, whichever version of the service has stored it. */
export function withPrecision({ takenAt, fileSays, ...others }: StoredPhoto): Photo {
  const { takenAt: aside, ...said } = fileSays ?? {};
  const precisely = { ...others, takenAt: precise(takenAt) };
  return fileSays ? { ...precisely, fileSays: aside ? { ...said, takenAt: precise(aside) } : said } : precisely;
}

/**
 * What is known of a time that was stored without its precision. Midnight without an offset was a date alone, except in
 * EXIF and from the owner. UTC was nothing but an instant where files tell no clock on a wall.
 */
function precise(time: StoredTime): TakenAt {
  const { precision, source, local, offset } = time;
  if (precision !== undefined) return { ...time, precision };
  if (offset === '+00:00' && INSTANT_SOURCES.has(source)) return { ...time, precision: 'second', instant: true };
  const isDate = offset === null && local.endsWith('T00:00:00') && DATE_SOURCES.has(source);
  return { ...time, precision: isDate ? 'day' : 'second' };
}

const INSTANT_SOURCES = new Set<TakenAtSource>(['upload', 'gps', 'file-name', 'container']);
const DATE_SOURCES = new Set<TakenAtSource>(['xmp', 'iptc', 'container', 'file-name']);
