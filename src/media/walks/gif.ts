import { skip, take, type Ask, type Walk } from './byte-walk.ts';
import type { Findings } from './findings.ts';

/** Walks a GIF from its first byte to the trailer (GIF89a, chapters 17 to 27). */
export function* walkGif(findings: Findings): Walk {
  const screen = yield* take(13);
  findings.size = { width: screen.readUInt16LE(6), height: screen.readUInt16LE(8) };
  findings.frames = 0;
  yield* skip(colourTableLength(screen[10]));
  for (;;) {
    const kind = (yield* take(1))[0];
    if (kind === TRAILER) break;
    if (kind === EXTENSION) yield* skip(1);
    else if (kind === IMAGE) yield* imageHead(findings);
    // Some writers pad with zeros between blocks, and every viewer bears it.
    else if (kind !== 0) return;
    if (kind !== 0) yield* subBlocks();
  }
  findings.complete = true;
}

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;

/** The descriptor, the local colour table and the byte before the coded pixels. */
function* imageHead(findings: Findings): Generator<Ask, void, Buffer> {
  const head = yield* take(9);
  const right = head.readUInt16LE(0) + head.readUInt16LE(4);
  const bottom = head.readUInt16LE(2) + head.readUInt16LE(6);
  if (findings.frames === 0) growScreen(findings, right, bottom);
  findings.frames += 1;
  findings.pixels = Math.max(findings.pixels, right * bottom);
  yield* skip(colourTableLength(head[8]) + 1);
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
