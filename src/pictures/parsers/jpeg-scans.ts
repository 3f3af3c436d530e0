import { feed, take, type Parser } from './byte-parser.ts';
import { isFrameHeader, nextMarker, standsAlone } from './jpeg.ts';

/**
 * Whether the scans of a JPEG hold all of its picture, by what their heads say (ITU-T T.81, B.2.3 and G.1.1.1):
 * `some` where a component is missing, `unknown` where its detail may be finer than what is there. Whether the last scan
 * is whole only a decoder can decide.
 */
export function scansIn(jpeg: Buffer): 'all' | 'some' | 'unknown' {
  const frame: Frame = { marker: 0, precision: new Map() };
  feed(parseScans(frame))(jpeg);
  const components = [...frame.precision.values()];
  if (components.length === 0 || components.some(([first]) => first === UNSEEN_BIT)) return 'some';
  // At the end of its data an arithmetic decoder continues with zeros and without a warning.
  if (frame.marker > LAST_HUFFMAN_FRAME) return 'unknown';
  return components.every((bits) => bits.every((bit) => bit === 0)) ? 'all' : 'unknown';
}

interface Frame {
  marker: number;
  /** By component, for each of its 64 coefficients: the lowest bit that the scans hold. */
  precision: Map<number, number[]>;
}

const UNSEEN_BIT = 255;
const LAST_HUFFMAN_FRAME = 0xc7;
const PROGRESSIVE_FRAME = 0xc2;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

function* parseScans(frame: Frame): Parser {
  yield* take(2);
  for (;;) {
    const marker = yield* nextMarker();
    if (marker === END_OF_IMAGE) return;
    if (standsAlone(marker)) continue;
    const length = (yield* take(2)).readUInt16BE() - 2;
    if (length < 0) return;
    const segment = yield* take(length);
    if (isFrameHeader(marker) && frame.marker === 0) addFrame(frame, marker, segment);
    else if (marker === START_OF_SCAN) addScan(frame, segment);
  }
}

function addFrame(frame: Frame, marker: number, segment: Buffer): void {
  frame.marker = marker;
  for (let at = 6; at + 3 <= segment.length; at += 3) {
    frame.precision.set(
      segment[at] ?? 0,
      Array.from({ length: 64 }, () => UNSEEN_BIT),
    );
  }
}

/** A scan of a sequential picture holds all coefficients, whatever its head declares. */
function addScan({ marker, precision }: Frame, scan: Buffer): void {
  const count = scan[0] ?? 0;
  const isProgressive = (marker & 3) === (PROGRESSIVE_FRAME & 3);
  const [first = 0, last = 0, bits = 0] = isProgressive ? scan.subarray(1 + 2 * count) : [0, 63, 0];
  for (let at = 1; at < 1 + 2 * count; at += 2) {
    precision.get(scan[at] ?? 0)?.fill(bits & 15, first, last + 1);
  }
}
