import { boxAt, boxesIn, readable, type Box } from './boxes.ts';
import type { Coding, Findings } from './findings.ts';
import { primaryItem } from './heif-primary.ts';

/**
 * Takes from `meta` how the picture is coded and how many pixels its largest item has: tiles, opacity and the whole may
 * differ. `children` are the boxes inside `meta`.
 */
export function readCoding(children: Buffer, findings: Findings): void {
  const all = readable(() => [...boxesIn(boxAt(children, 'iprp', 'ipco') ?? Buffer.alloc(0))]) ?? [];
  for (const { payload } of all.filter(({ name }) => name === 'ispe')) {
    const pixels = readable(() => payload.readUInt32BE(4) * payload.readUInt32BE(8)) ?? 0;
    findings.pixels = Math.max(findings.pixels, pixels);
  }
  const coded = primaryItem(children)?.properties.find(({ name }) => name in CONFIGURATIONS);
  const found = coded && readable(() => CONFIGURATIONS[coded.name]?.(coded.payload));
  if (found) findings.coding ??= { ...found, alpha: all.some(isAlpha), whole: true };
}

const CONFIGURATIONS: Record<string, ((payload: Buffer) => Pick<Coding, 'samples' | 'bits'>) | undefined> = {
  /** AV1 Codec ISO Media File Format Binding, 2.3.3. */
  av1C(payload) {
    const flags = payload.readUInt8(2);
    const bits = flags & 0x40 ? (flags & 0x20 ? 12 : 10) : 8;
    const shared = ((flags >> 3) & 1) + ((flags >> 2) & 1);
    // The decoder makes three planes of grey, too.
    return { samples: 1 + 2 / 2 ** shared, bits };
  },
  /** ISO/IEC 14496-15, 8.3.3.1.2. */
  hvcC(payload) {
    const samples = [3, 1.5, 2, 3][payload.readUInt8(16) & 3] ?? 3;
    return { samples, bits: 8 + Math.max(payload.readUInt8(17) & 7, payload.readUInt8(18) & 7) };
  },
};

/** `auxC` (ISO/IEC 23008-12, 6.5.8). */
const isAlpha = ({ name, payload }: Box) => name === 'auxC' && /alpha|:aux(?:id)?:1\0/.test(payload.toString('latin1'));
