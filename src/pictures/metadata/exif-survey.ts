/** What a block of EXIF holds, from its directories alone (TIFF 6.0, section 2). */
interface ExifSurvey {
  /**
   * How many bytes the values of the wanted tags take, tag by tag. Those of a camera lie side by side; tags that all
   * point at the same bytes would have them read thousands of times. Infinity for a maze of directories.
   */
  declaredBytes: number;
  /** XMP and IPTC that lie inside the block: TIFF keeps them so, and raw files do. */
  xmp: Buffer | undefined;
  iptc: Buffer | undefined;
}

/** Surveys a block that begins with a TIFF head. Never throws. */
export function surveyExif(tiff: Buffer, wanted: ReadonlySet<number>): ExifSurvey {
  const bigEndian = tiff.toString('latin1', 0, 2) === 'MM';
  const short = (at: number) => (bigEndian ? tiff.readUInt16BE(at) : tiff.readUInt16LE(at));
  const long = (at: number) => (bigEndian ? tiff.readUInt32BE(at) : tiff.readUInt32LE(at));
  const seen = new Set<number>();
  const survey: ExifSurvey = { declaredBytes: 0, xmp: undefined, iptc: undefined };
  let entries = 0;

  const value = (at: number, bytes: number) => tiff.subarray(long(at + 8), long(at + 8) + bytes);

  const addEntry = (at: number): void => {
    const tag = short(at);
    const bytes = long(at + 4) * (TYPE_BYTES[short(at + 2)] ?? 1);
    // Values outside the block are not read.
    if (long(at + 8) + bytes > tiff.length) return;
    if (wanted.has(tag)) survey.declaredBytes += bytes;
    else if (tag === XMP_TAG) survey.xmp ??= value(at, bytes);
    else if (tag === IPTC_TAG) survey.iptc ??= value(at, bytes);
  };

  /** Goes through a directory and those that it points at. */
  const add = (directory: number): void => {
    if (directory === 0 || directory + 2 > tiff.length || seen.has(directory)) return;
    if (seen.add(directory).size > MOST_DIRECTORIES) survey.declaredBytes = Infinity;
    if (survey.declaredBytes === Infinity) return;
    const end = directory + 2 + short(directory) * ENTRY_BYTES;
    for (let at = directory + 2; at < end && at + ENTRY_BYTES <= tiff.length; at += ENTRY_BYTES) {
      if ((entries += 1) > MOST_ENTRIES) survey.declaredBytes = Infinity;
      if (survey.declaredBytes === Infinity) return;
      addEntry(at);
      if (POINTERS.has(short(at))) add(long(at + 8));
    }
    if (end + 4 <= tiff.length) add(long(end));
  };
  if (tiff.length >= 8) add(long(4));
  return survey;
}

/** A camera writes five: picture, thumbnail, EXIF, GPS and interoperability. */
const MOST_DIRECTORIES = 16;

/** Of all directories together; a camera writes a hundred. As many as a segment of a JPEG has room for. */
const MOST_ENTRIES = 5500;

/** An entry: tag, type, count, and the value or where it lies. */
const ENTRY_BYTES = 12;

/** Bytes of one value, by its type. */
const TYPE_BYTES = [1, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

/** Tags of the directories of EXIF, GPS and interoperability. */
const POINTERS = new Set([0x8769, 0x8825, 0xa005]);

const XMP_TAG = 700;
const IPTC_TAG = 33_723;
