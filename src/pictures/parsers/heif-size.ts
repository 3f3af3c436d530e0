import { boxAt, boxesIn, cursor, type Box, type ByteCursor } from './boxes.ts';
import type { ImageSize } from './findings.ts';

/**
 * The size of the primary item as it is shown: `ispe` with the transforms `clap` and `irot` in the order in which the
 * item names them; `imir` changes no size. The EXIF orientation is ignored in this container (ISO/IEC 23008-12, 6.5).
 * `children` are the boxes inside `meta`.
 */
export function heifSize(children: Buffer): ImageSize | undefined {
  const primary = primaryId(children);
  const iprp = boxAt(children, 'iprp');
  if (primary === undefined || !iprp) return undefined;
  const properties = propertiesOf(iprp, primary);
  // Some writers name the transforms before the stored size that they start from.
  const stored = properties.find((property) => property.name === 'ispe')?.payload;
  if (!stored) return undefined;
  return properties.reduce(transformed, { width: stored.readUInt32BE(4), height: stored.readUInt32BE(8) });
}

/** The id of the item that is shown (ISO/IEC 14496-12, 8.11.4). */
export function primaryId(children: Buffer): number | undefined {
  const pitm = boxAt(children, 'pitm');
  return pitm && (pitm[0] === 0 ? pitm.readUInt16BE(4) : pitm.readUInt32BE(4));
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
export function propertiesOf(iprp: Buffer, item: number): Box[] {
  const known = [...boxesIn(boxAt(iprp, 'ipco') ?? Buffer.alloc(0))];
  const ipma = boxAt(iprp, 'ipma');
  return ipma ? associations(cursor(ipma), item).flatMap((index) => known[index - 1] ?? []) : [];
}

function associations(ipma: ByteCursor, item: number): number[] {
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
