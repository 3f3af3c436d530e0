import { skip, take, type Ask, type Parser } from './byte-parser.ts';
import { keep, LARGEST_BLOCK_BYTES, type Findings } from './findings.ts';

/** Parses a GIF from its first byte to the trailer (GIF89a, chapters 17 to 27). */
export function* parseGif(findings: Findings): Parser {
  const screen = yield* take(13);
  findings.size = { width: screen.readUInt16LE(6), height: screen.readUInt16LE(8) };
  findings.frames = 0;
  let repeats = false;
  yield* skip(colourTableLength(screen[10]));
  for (;;) {
    // Nothing says how many pictures an animation has.
    if (findings.frames > 0) findings.missing = repeats || findings.frames > 1 ? 'unknown' : 'marker';
    const kind = (yield* take(1))[0];
    if (kind === TRAILER) break;
    findings.missing = 'part';
    if (kind === EXTENSION_INTRODUCER) repeats = (yield* extension(findings)) || repeats;
    else if (kind === IMAGE_SEPARATOR) yield* image(findings);
    // Some writers pad with zeros between blocks, and every viewer accepts it.
    else if (kind !== 0) return;
  }
  findings.complete = true;
}

const EXTENSION_INTRODUCER = 0x21;
const IMAGE_SEPARATOR = 0x2c;
const TRAILER = 0x3b;
const APPLICATION_LABEL = 0xff;

/** The descriptor, the local colour table, the byte before the coded pixels, and these. */
function* image(findings: Findings): Generator<Ask, void, Buffer> {
  const head = yield* take(9);
  const right = head.readUInt16LE(0) + head.readUInt16LE(4);
  const bottom = head.readUInt16LE(2) + head.readUInt16LE(6);
  if (findings.frames === 0) growScreen(findings, right, bottom);
  findings.frames += 1;
  findings.coding ??= { samples: 3, bits: 8, alpha: true, whole: true };
  findings.pixels = Math.max(findings.pixels, right * bottom);
  yield* skip(colourTableLength(head[8]) + 1);
  yield* subBlocks();
}

/** Returns true for one that only animations have. */
function* extension(findings: Findings): Generator<Ask, boolean, Buffer> {
  const [label = 0, length = 0] = yield* take(2);
  const name = label === APPLICATION_LABEL ? (yield* take(length)).toString('latin1') : '';
  if (name === XMP_APPLICATION) yield* xmp(findings);
  else if (label !== APPLICATION_LABEL) yield* skip(length);
  if (name !== XMP_APPLICATION && length > 0) yield* subBlocks();
  return LOOP_APPLICATIONS.has(name);
}

/** Name and authentication code of the application. */
const XMP_APPLICATION = 'XMP DataXMP';
const LOOP_APPLICATIONS = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0']);

/**
 * The packet is stored plain, not in blocks. A reader that takes its bytes for the lengths of blocks is led to the end by
 * the trailer behind it (ISO 16684-3, 1.1.2). These bytes belong to the packet.
 */
function* xmp(findings: Findings): Generator<Ask, void, Buffer> {
  let packet = Buffer.alloc(2 ** 12);
  let kept = 0;
  for (;;) {
    const length = (yield* take(1))[0] ?? 0;
    if (length === 0) break;
    const block = yield* take(length);
    const end = kept + 1 + length;
    if (end > LARGEST_BLOCK_BYTES) continue;
    if (end > packet.length) packet = Buffer.concat([packet], 2 * packet.length);
    packet[kept] = length;
    packet.set(block, kept + 1);
    kept = end;
  }
  keep(findings, 'xmp', packet.subarray(0, kept));
}

/** The first frame may lie outside the screen that the head declares: decoders and browsers make room for it. */
function growScreen(findings: Findings, right: number, bottom: number): void {
  const { width = 0, height = 0 } = findings.size ?? {};
  findings.size = { width: Math.max(width, right), height: Math.max(height, bottom) };
}

function* subBlocks(): Generator<Ask, void, Buffer> {
  for (let length = -1; length !== 0;) {
    length = (yield* take(1))[0] ?? 0;
    yield* skip(length);
  }
}

function colourTableLength(flags = 0): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}
