import { boxAt, boxesIn, cursor, readable, type Box } from './boxes.ts';
import { typesOf } from './heif-items.ts';
import { primaryId, propertiesOf } from './heif-size.ts';

/** The item of a HEIF file that is shown. */
interface PrimaryItem {
  /** The type of the coded picture: `av01`, `hvc1` … Of a grid of tiles it is the type of the first tile. */
  coding: string;
  /** Its own properties; behind them those of the first tile, for what the grid does not say itself. */
  properties: Box[];
}

/** Finds the primary item. `children` are the boxes inside `meta`, of which the last may be cut off. */
export function primaryItem(children: Buffer): PrimaryItem | undefined {
  return readable(() => {
    const [id, iinf] = [primaryId(children), boxAt(children, 'iinf')];
    if (id === undefined || !iinf) return undefined;
    const types = typesOf(iinf);
    const made = firstSource(boxAt(children, 'iref'), id);
    const iprp = boxAt(children, 'iprp');
    const properties = [id, ...(made === undefined ? [] : [made])].flatMap((item) =>
      iprp ? propertiesOf(iprp, item) : [],
    );
    return { coding: types.get(made ?? id) ?? '', properties };
  });
}

/** The first of the items that a derived one is made from (`dimg`; ISO/IEC 14496-12, 8.11.12). */
function firstSource(iref: Buffer | undefined, id: number): number | undefined {
  if (!iref) return undefined;
  const width = iref[0] === 0 ? 2 : 4;
  for (const { name, payload } of boxesIn(iref.subarray(4))) {
    const references = cursor(payload);
    if (name !== 'dimg' || references.read(width) !== id) continue;
    return references.read(2) > 0 ? references.read(width) : undefined;
  }
  return undefined;
}
