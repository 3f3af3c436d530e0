import type { ImageType } from '../formats.ts';
import { boxAt, readable } from '../parsers/boxes.ts';
import { primaryItem } from '../parsers/heif-primary.ts';

/** What a picture of high dynamic range says of its numbers, in the codes of ITU-T H.273. */
export interface HdrColour {
  primaries: 'bt709' | 'bt2020' | 'p3';
  transfer: 'pq' | 'hlg';
  /** How bright its brightest pixel is, in cd/m². */
  peak: number;
}

/** The brightest light of a picture that does not state its own: most screens that pictures are graded on end there. */
const USUAL_PEAK_NITS = 1000;

const PRIMARIES: Readonly<Record<number, HdrColour['primaries']>> = { 1: 'bt709', 9: 'bt2020', 12: 'p3' };
const TRANSFERS: Readonly<Record<number, HdrColour['transfer']>> = { 16: 'pq', 18: 'hlg' };

/**
 * What the container or the ICC profile of a picture says, if it is of high dynamic range; undefined for all others. The
 * container's word comes first.
 */
export function hdrColourOf(bytes: Buffer, type: ImageType, icc: Buffer | undefined): HdrColour | undefined {
  const told = readable(() => CONTAINERS[type]?.(bytes));
  const codes = told?.codes ?? readable(() => codesOfProfile(icc));
  const transfer = TRANSFERS[codes?.transfer ?? 0];
  if (!codes || !transfer) return undefined;
  // Light of HLG is relative: its peak is that of the screen for which it is made visible here.
  const peak = transfer === 'pq' && told?.peak ? told.peak : USUAL_PEAK_NITS;
  return { primaries: PRIMARIES[codes.primaries] ?? 'bt2020', transfer, peak };
}

interface Codes {
  primaries: number;
  transfer: number;
}

interface Told {
  codes?: Codes | undefined;
  /** MaxCLL of CTA-861.3, in cd/m²; 0 for "not known". */
  peak?: number | undefined;
}

const CONTAINERS: Partial<Record<ImageType, (bytes: Buffer) => Told>> = {
  'image/avif': toldByHeif,
  'image/heic': toldByHeif,
  'image/png': toldByPng,
};

/** `colr` (ISO/IEC 14496-12, 12.1.5) and `clli` (12.1.6) of the primary item. */
function toldByHeif(bytes: Buffer): Told {
  const meta = boxAt(bytes, 'meta');
  const properties = (meta && primaryItem(meta.subarray(4))?.properties) ?? [];
  const colour = properties.find(({ name, payload }) => name === 'colr' && payload.toString('latin1', 0, 4) === 'nclx');
  const light = properties.find(({ name }) => name === 'clli');
  return {
    codes: colour && { primaries: colour.payload.readUInt16BE(4), transfer: colour.payload.readUInt16BE(6) },
    peak: light?.payload.readUInt16BE(0),
  };
}

/** Chunks in front of the pixels that are read; a camera writes ten. */
const MOST_CHUNKS = 256;

/** `cICP` and `cLLI` (W3C PNG, third edition, 11.3.2.6 and 11.3.2.8). */
function toldByPng(bytes: Buffer): Told {
  const told: Told = {};
  for (let at = 8, left = MOST_CHUNKS; left > 0 && at + 8 <= bytes.length; left -= 1) {
    const [length, name] = [bytes.readUInt32BE(at), bytes.toString('latin1', at + 4, at + 8)];
    if (name === 'IDAT') break;
    if (name === 'cICP') told.codes = { primaries: bytes.readUInt8(at + 8), transfer: bytes.readUInt8(at + 9) };
    if (name === 'cLLI') told.peak = bytes.readUInt32BE(at + 8) / 10_000;
    at += 12 + length;
  }
  return told;
}

/** The `cicp` tag (ICC.1:2022, 9.2.17). Of such a profile's other tags only rough approximations can be made. */
function codesOfProfile(icc: Buffer | undefined): Codes | undefined {
  if (!icc) return undefined;
  for (let left = Math.min(icc.readUInt32BE(128), 100), at = 132; left > 0; left -= 1, at += 12) {
    if (icc.toString('latin1', at, at + 4) !== 'cicp') continue;
    const tag = icc.readUInt32BE(at + 4);
    return { primaries: icc.readUInt8(tag + 8), transfer: icc.readUInt8(tag + 9) };
  }
  return undefined;
}
