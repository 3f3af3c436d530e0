/**
 * How many bytes of an EXIF block its values take, tag by tag (TIFF 6.0, section 2). Those of a camera lie side by side;
 * tags that all point at the same bytes would have them read thousands of times. Infinity for a maze of directories.
 */
export function claimedBytes(tiff: Buffer): number {
  const bigEndian = tiff.toString('latin1', 0, 2) === 'MM';
  const short = (at: number) => (bigEndian ? tiff.readUInt16BE(at) : tiff.readUInt16LE(at));
  const long = (at: number) => (bigEndian ? tiff.readUInt32BE(at) : tiff.readUInt32LE(at));
  const seen = new Set<number>();
  let claimed = 0;

  /** Goes through a directory and those that it points at. */
  const add = (directory: number): void => {
    if (directory === 0 || directory + 2 > tiff.length || seen.has(directory)) return;
    if (seen.add(directory).size > MOST_DIRECTORIES) claimed = Infinity;
    if (claimed === Infinity) return;
    const end = directory + 2 + short(directory) * ENTRY;
    for (let at = directory + 2; at < end && at + ENTRY <= tiff.length; at += ENTRY) {
      const bytes = long(at + 4) * (SIZES[short(at + 2)] ?? 1);
      // What lies outside is not read at all.
      if (long(at + 8) + bytes <= tiff.length) claimed += bytes;
      if (POINTERS.has(short(at))) add(long(at + 8));
    }
    if (end + 4 <= tiff.length) add(long(end));
  };
  if (tiff.length >= 8) add(long(4));
  return claimed;
}

/** A camera writes five: picture, thumbnail, EXIF, GPS and interoperability. */
const MOST_DIRECTORIES = 16;

/** Bytes of an entry: tag, type, count, and the value or where it lies. */
const ENTRY = 12;

/** Bytes of one value, by its type. */
const SIZES = [1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

/** Tags of the directories of EXIF, GPS and interoperability. */
const POINTERS = new Set([0x8769, 0x8825, 0xa005]);
