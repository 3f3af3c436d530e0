import type { ImageSize } from './dimensions.ts';

/**
 * Where in the file the last byte of the items ends that a `meta` box lists (its payload, without the box head).
 * Undefined when the box cannot be read. ISO/IEC 14496-12, 8.11.3.
 */
export function itemsEnd(meta: Buffer): number | undefined {
  return readable(() => {
    const iloc = child(meta.subarray(4), 'iloc');
    return iloc && furthestExtent(cursor(iloc));
  });
}

/**
 * The size of the primary item as it is shown: `ispe` with `clap`, `irot` and `imir` applied in the order in which
 * the item names them. EXIF orientation has no say in this container (ISO/IEC 23008-12, 6.5).
 */
export function heifSize(file: Buffer): ImageSize | undefined {
  return readable(() => {
    const meta = child(file, 'meta')?.subarray(4);
    const pitm = meta && child(meta, 'pitm');
    const iprp = meta && child(meta, 'iprp');
    if (!pitm || !iprp) return undefined;
    const primary = pitm[0] === 0 ? pitm.readUInt16BE(4) : pitm.readUInt32BE(4);
    return displayedSize(propertiesOf(iprp, primary));
  });
}

interface Box {
  name: string;
  payload: Buffer;
}

/** Bytes that end too early make the answer undefined instead of a RangeError. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function* boxes(bytes: Buffer): Generator<Box> {
  for (let at = 0; at + 8 <= bytes.length;) {
    const short = bytes.readUInt32BE(at);
    const head = short === 1 ? 16 : 8;
    const length = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short || bytes.length - at;
    if (length < head) return;
    yield { name: bytes.toString('latin1', at + 4, at + 8), payload: bytes.subarray(at + head, at + length) };
    at += length;
  }
}

function child(bytes: Buffer, name: string): Buffer | undefined {
  for (const box of boxes(bytes)) if (box.name === name) return box.payload;
  return undefined;
}

/** Some writers name the transforms before the stored size that they start from. */
function displayedSize(properties: Box[]): ImageSize | undefined {
  const stored = properties.find((property) => property.name === 'ispe')?.payload;
  if (!stored) return undefined;
  return properties.reduce(transformed, { width: stored.readUInt32BE(4), height: stored.readUInt32BE(8) });
}

function transformed(size: ImageSize, { name, payload }: Box): ImageSize {
  if (name === 'irot') return payload.readUInt8(0) & 1 ? { width: size.height, height: size.width } : size;
  if (name === 'clap') return { width: fraction(payload, 0), height: fraction(payload, 8) };
  return size;
}

/** A clean aperture is a fraction; decoders show whole pixels. */
function fraction(bytes: Buffer, at: number): number {
  return Math.round(bytes.readUInt32BE(at) / bytes.readUInt32BE(at + 4));
}

/** The properties that `ipma` ties to an item, in its order. */
function propertiesOf(iprp: Buffer, item: number): Box[] {
  const known = [...boxes(child(iprp, 'ipco') ?? Buffer.alloc(0))];
  const ipma = child(iprp, 'ipma');
  return ipma ? associations(cursor(ipma), item).flatMap((index) => known[index - 1] ?? []) : [];
}

function associations(ipma: Cursor, item: number): number[] {
  const version = ipma.read(1);
  const wide = ipma.read(3) & 1;
  for (let left = ipma.read(4); left > 0; left -= 1) {
    const id = ipma.read(version < 1 ? 2 : 4);
    // The top bit says whether the property is essential; the rest is its place in `ipco`, counted from 1.
    const indexes = Array.from({ length: ipma.read(1) }, () => ipma.read(wide ? 2 : 1) & (wide ? 0x7fff : 0x7f));
    if (id === item) return indexes;
  }
  return [];
}

/** The layout of `iloc` depends on its version and on the widths that its head gives for four kinds of number. */
function furthestExtent(iloc: Cursor): number {
  const version = iloc.read(1);
  iloc.read(3);
  const [first, second] = [iloc.read(1), iloc.read(1)];
  const widths = { index: version > 0 ? second & 15 : 0, offset: first >> 4, length: first & 15 };
  let end = 0;
  for (let left = iloc.read(version < 2 ? 2 : 4); left > 0; left -= 1) {
    iloc.read(version < 2 ? 2 : 4);
    const method = version > 0 ? iloc.read(2) & 15 : 0;
    const elsewhere = iloc.read(2) !== 0;
    const last = iloc.read(second >> 4) + lastOfExtents(iloc, widths);
    if (method === 0 && !elsewhere) end = Math.max(end, last);
  }
  return end;
}

function lastOfExtents(iloc: Cursor, widths: { index: number; offset: number; length: number }): number {
  const count = iloc.read(2);
  // Extents of no bytes could be claimed by the thousand in no space at all.
  if (widths.index + widths.offset + widths.length === 0) return 0;
  let last = 0;
  for (let left = count; left > 0; left -= 1) {
    iloc.read(widths.index);
    last = Math.max(last, iloc.read(widths.offset) + iloc.read(widths.length));
  }
  return last;
}

interface Cursor {
  /** The next `count` bytes as an unsigned number; 0 when none are asked for. */
  read(count: number): number;
}

function cursor(bytes: Buffer): Cursor {
  let at = 0;
  return {
    read(count) {
      at += count;
      if (count === 8) return Number(bytes.readBigUInt64BE(at - 8));
      return count === 0 ? 0 : bytes.readUIntBE(at - count, count);
    },
  };
}
