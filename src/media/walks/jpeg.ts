import { find, findLast, skip, take, type Ask, type Walk } from './byte-walk.ts';
import { exifOrientation } from './exif-orientation.ts';
import { copyOf, tiffOf, type Findings } from './findings.ts';

/**
 * Segments are read up to the first scan, so that the end marker of an embedded thumbnail is not taken for the
 * picture's own. From there on coded data cannot hold an end marker: 0xFF is always stuffed (ITU-T T.81, B.1.1.5).
 */
export function* walkJpeg(findings: Findings): Walk {
  yield* skip(2);
  for (let marker = 0; marker !== START_OF_SCAN;) {
    marker = yield* nextMarker();
    if (marker === END_OF_IMAGE[1]) return;
    if (standsAlone(marker)) continue;
    const length = (yield* take(2)).readUInt16BE() - 2;
    if (length < 0) return;
    if (marker === APP1) keepApp1(yield* take(length), findings);
    else if (marker === APP13) keepApp13(yield* take(length), findings);
    else if (isFrameHeader(marker)) findings.size ??= sizeOf(yield* take(length));
    else yield* skip(length);
  }
  yield* findLast(END_OF_IMAGE);
  findings.complete = true;
}

const MARKER = Buffer.of(0xff);
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = Buffer.of(0xff, 0xd9);
const APP1 = 0xe1;
const APP13 = 0xed;

function* nextMarker(): Generator<Ask, number, Buffer> {
  let code = 0;
  while (code === 0 || code === 0xff) {
    if (code === 0) yield* find(MARKER);
    code = (yield* take(1))[0] ?? 0;
  }
  return code;
}

/** TEM, the restart markers and SOI have no length behind them. */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

/** SOF0 to SOF15 without DHT, JPG and DAC (ITU-T T.81, table B.1). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function sizeOf(frame: Buffer): { width: number; height: number } {
  return frame.length < 5 ? { width: 0, height: 0 } : { height: frame.readUInt16BE(1), width: frame.readUInt16BE(3) };
}

const XMP_PREFIX = 'http://ns.adobe.com/xap/1.0/\0';
const PHOTOSHOP_PREFIX = 'Photoshop 3.0\0';

function keepApp1(segment: Buffer, findings: Findings): void {
  if (startsWith(segment, 'Exif\0\0')) {
    findings.exif ??= tiffOf(segment);
    findings.orientation ??= exifOrientation(tiffOf(segment));
  }
  if (startsWith(segment, XMP_PREFIX)) findings.xmp ??= copyOf(segment, XMP_PREFIX.length);
}

function keepApp13(segment: Buffer, findings: Findings): void {
  if (startsWith(segment, PHOTOSHOP_PREFIX)) findings.iptc ??= copyOf(segment, PHOTOSHOP_PREFIX.length);
}

function startsWith(bytes: Buffer, prefix: string): boolean {
  return bytes.toString('latin1', 0, prefix.length) === prefix;
}
