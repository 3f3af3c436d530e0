import { find, findLast, skip, take, type Ask, type Parser } from './byte-parser.ts';
import type { Findings, PixelCoding } from './findings.ts';
import { JpegMetadata } from './jpeg-metadata.ts';
import { JpegTables } from './jpeg-tables.ts';

/**
 * Segments are read up to the first scan, so that the end marker of an embedded thumbnail is not taken for the
 * picture's own. From there on coded data cannot hold an end marker: 0xFF is always stuffed (ITU-T T.81, B.1.1.5).
 */
export function* parseJpeg(findings: Findings): Parser {
  const metadata = new JpegMetadata(findings);
  const tables = new JpegTables();
  let head: { marker: number; frame: Buffer } | undefined;
  yield* skip(2);
  for (let marker = 0; marker !== START_OF_SCAN;) {
    marker = yield* nextMarker();
    if (marker === END_OF_IMAGE[1]) return;
    if (standsAlone(marker)) continue;
    const length = (yield* take(2)).readUInt16BE() - 2;
    if (length < 0) return;
    if (READ.has(marker)) {
      const segment = yield* take(length);
      metadata.add(marker, segment);
      tables.add(marker, segment);
      if (marker === START_OF_SCAN && head) findings.coding = jpegCoding(head.marker, head.frame, segment);
    } else if (isFrameHeader(marker)) {
      const frame = yield* take(length);
      findings.size ??= sizeOf(frame);
      tables.addFrame(marker, frame);
      head ??= { marker, frame };
    } else {
      yield* skip(length);
    }
  }
  findings.damage = tables.fault;
  findings.missing = 'marker';
  yield* findLast(END_OF_IMAGE);
  findings.complete = true;
}

const MARKER = Buffer.of(0xff);
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = Buffer.of(0xff, 0xd9);

/** APP1, APP13, DHT, DQT, SOS. */
const READ = new Set([0xe1, 0xed, 0xc4, 0xdb, START_OF_SCAN]);

export function* nextMarker(): Generator<Ask, number, Buffer> {
  let code = 0;
  while (code === 0 || code === 0xff) {
    if (code === 0) yield* find(MARKER);
    code = (yield* take(1))[0] ?? 0;
  }
  return code;
}

/** TEM, the restart markers and SOI have no length behind them. */
export function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** SOF0 to SOF15 without DHT, JPG and DAC (ITU-T T.81, table B.1). */
export function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function sizeOf(frame: Buffer): { width: number; height: number } {
  return frame.length < 5 ? { width: 0, height: 0 } : { height: frame.readUInt16BE(1), width: frame.readUInt16BE(3) };
}

/** What a frame header (ITU-T T.81, B.2.2) and the first scan header (B.2.3) tell. */
function jpegCoding(marker: number, frame: Buffer, scan: Buffer): PixelCoding {
  const factors = [...frame.subarray(6)].filter((_, at) => at % 3 === 1);
  const areas = factors.map((factor) => (factor >> 4) * (factor & 15));
  const largest = largestOf(factors, (factor) => factor >> 4) * largestOf(factors, (factor) => factor & 15);
  return {
    samples: largest > 0 ? areas.reduce((sum, area) => sum + area / largest, 0) : areas.length,
    bits: 8,
    alpha: false,
    // libjpeg keeps all coefficients where the first scan leaves something to later ones (jdinput.c, initial_setup).
    whole: isProgressive(marker) || (scan[0] ?? 0) < areas.length,
  };
}

const largestOf = (factors: number[], side: (factor: number) => number) => Math.max(0, ...factors.map(side));

/** SOF2, SOF6, SOF10 and SOF14. */
const isProgressive = (marker: number) => (marker & 3) === 2;
