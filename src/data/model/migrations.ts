import { DEFAULT_ACCOUNT, type TakenAt, type TakenAtSource } from './records.ts';
import type { Stored } from './stored-shape.ts';

/** A user of version 1 may lack what was added later: settings, events, and the counts of uploads. */
export const userOfVersion1 = (stored: Stored): Stored => ({ ...DEFAULT_ACCOUNT, openUploads: 0, ...stored });

/**
 * A photo of version 1 may lack the precision of its times, and what the bucket and the service know of its checksums:
 * the service then computed the sha256 of every photo itself.
 */
export function photoOfVersion1(stored: Stored): Stored {
  const { takenAt, fileSays } = stored as { takenAt: StoredTime; fileSays?: { takenAt?: StoredTime } };
  const migrated: Stored = { digest: 'proved', md5: null, ...stored, takenAt: precise(takenAt) };
  if (fileSays?.takenAt) migrated['fileSays'] = { ...fileSays, takenAt: precise(fileSays.takenAt) };
  return migrated;
}

/** Photos of version 2 could not be turned. */
export const photoOfVersion2 = (stored: Stored): Stored => ({ rotation: 0, rotations: 0, ...stored });

/** A capture time without its precision. */
type StoredTime = Omit<TakenAt, 'precision'> & Partial<Pick<TakenAt, 'precision'>>;

/**
 * What is known of a time that was stored without its precision. Midnight without an offset was a date alone, except in
 * EXIF and from the owner. UTC was only an instant in sources that have no wall-clock time.
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
