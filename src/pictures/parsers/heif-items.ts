import { boxAt, boxesIn, cursor, type ByteCursor } from './boxes.ts';

/** A run of bytes in the file. */
export interface Extent {
  start: number;
  length: number;
}

/** An item of a HEIF file: its four-letter type (`hvc1`, `Exif`, `mime` …) and where its bytes are. */
export interface Item {
  type: string;
  /** Empty when the item is kept in another file. */
  extents: Extent[];
  /** True when the extents count from the start of the `idat` box instead of the file. */
  inIdat: boolean;
}

/** The items that the boxes inside `meta` list (ISO/IEC 14496-12, 8.11.3 and 8.11.6). */
export function itemsOf(children: Buffer): Item[] {
  const iloc = boxAt(children, 'iloc');
  if (!iloc) return [];
  const types = typesOf(boxAt(children, 'iinf') ?? Buffer.alloc(6));
  return locations(cursor(iloc)).map(({ id, extents, inIdat }) => ({ type: types.get(id) ?? '', extents, inIdat }));
}

/** The types by item id, from `infe` boxes of version 2 (two bytes of id) and 3 (four). */
export function typesOf(iinf: Buffer): Map<number, string> {
  const entries = [...boxesIn(iinf.subarray(iinf[0] === 0 ? 6 : 8))].filter((box) => box.name === 'infe');
  return new Map(
    entries.map(({ payload }) => {
      const wide = payload[0] === 3;
      const at = wide ? 10 : 8;
      return [payload.readUIntBE(4, wide ? 4 : 2), payload.toString('latin1', at, at + 4)];
    }),
  );
}

type Location = Omit<Item, 'type'> & { id: number };

/** The layout depends on the version of the box and on the widths that its head gives for four kinds of number. */
function locations(iloc: ByteCursor): Location[] {
  const version = iloc.read(1);
  iloc.read(3);
  const [first, second] = [iloc.read(1), iloc.read(1)];
  const widths = { offset: first >> 4, length: first & 15, base: second >> 4, index: version > 0 ? second & 15 : 0 };
  const found: Location[] = [];
  for (let left = iloc.read(version < 2 ? 2 : 4); left > 0; left -= 1) {
    const id = iloc.read(version < 2 ? 2 : 4);
    const method = version > 0 ? iloc.read(2) & 15 : 0;
    const elsewhere = iloc.read(2) !== 0 || method > 1;
    const base = iloc.read(widths.base);
    const extents = extentsFrom(iloc, base, widths);
    found.push({ id, extents: elsewhere ? [] : extents, inIdat: method === 1 });
  }
  return found;
}

function extentsFrom(
  iloc: ByteCursor,
  base: number,
  widths: { index: number; offset: number; length: number },
): Extent[] {
  const count = iloc.read(2);
  // A few bytes could declare thousands of empty extents.
  if (widths.index + widths.offset + widths.length === 0) return [];
  return Array.from({ length: count }, () => {
    iloc.read(widths.index);
    return { start: base + iloc.read(widths.offset), length: iloc.read(widths.length) };
  });
}
