/** The tag of the orientation, in the first directory of EXIF (EXIF 3.0, 4.6.5). */
const ORIENTATION_TAG = 0x0112;
const SHORT_TYPE = 3;

/**
 * The orientation in a block of EXIF, 1 to 8; undefined without one. The first of several counts, as in decoders and
 * browsers. An orientation in another directory, or in another form than the standard's, is ignored.
 */
export function exifOrientation(tiff: Buffer): number | undefined {
  const order = tiff.toString('latin1', 0, 2);
  if (tiff.length < 8 || (order !== 'II' && order !== 'MM')) return undefined;
  const read = (at: number, bytes: 2 | 4) => (order === 'II' ? tiff.readUIntLE(at, bytes) : tiff.readUIntBE(at, bytes));
  const directory = read(4, 4);
  if (directory + 2 > tiff.length) return undefined;
  const end = Math.min(directory + 2 + 12 * read(directory, 2), tiff.length - 11);
  for (let at = directory + 2; at < end; at += 12) {
    if (read(at, 2) !== ORIENTATION_TAG) continue;
    const value = read(at + 2, 2) === SHORT_TYPE && read(at + 4, 4) === 1 ? read(at + 8, 2) : 0;
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}
