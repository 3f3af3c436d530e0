/** One entry of a directory: its tag, type, number of values and value (TIFF 6.0, section 2). */
export interface ExifEntry {
  tag: number;
  type: number;
  count: number;
  value: number;
}

export const ORIENTATION = 0x0112;
const EXIF_DIRECTORY = 0x8769;
const [SHORT, LONG] = [3, 4];

export const orientation = (value: number): ExifEntry => ({ tag: ORIENTATION, type: SHORT, count: 1, value });

/** A block of EXIF with these entries in its first directory, in this order, and those in the one of EXIF. */
export function exifBlock(first: ExifEntry[], inner: ExifEntry[] = [], bigEndian = false): Buffer {
  const pointer = { tag: EXIF_DIRECTORY, type: LONG, count: 1, value: 8 + directoryBytes(first.length + 1) };
  const head = Buffer.from(bigEndian ? 'MM\0*\0\0\0\x08' : 'II*\0\x08\0\0\0', 'latin1');
  if (inner.length === 0) return Buffer.concat([head, directory(first, bigEndian)]);
  return Buffer.concat([head, directory([...first, pointer], bigEndian), directory(inner, bigEndian)]);
}

const directoryBytes = (entries: number) => 2 + 12 * entries + 4;

function directory(entries: ExifEntry[], bigEndian: boolean): Buffer {
  const bytes = new DataView(new ArrayBuffer(directoryBytes(entries.length)));
  bytes.setUint16(0, entries.length, !bigEndian);
  entries.forEach(({ tag, type, count, value }, index) => {
    const at = 2 + 12 * index;
    bytes.setUint16(at, tag, !bigEndian);
    bytes.setUint16(at + 2, type, !bigEndian);
    bytes.setUint32(at + 4, count, !bigEndian);
    if (type === SHORT) bytes.setUint16(at + 8, value, !bigEndian);
    else bytes.setUint32(at + 8, value, !bigEndian);
  });
  return Buffer.from(bytes.buffer);
}
