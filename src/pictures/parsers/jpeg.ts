import { find, findLast, skip, take, type Ask, type Parser } from './byte-parser.ts';
import type { Findings } from './findings.ts';
import { jpegCoding } from './jpeg-coding.ts';
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
