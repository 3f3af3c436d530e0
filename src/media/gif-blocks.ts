import { skip, take, type Ask } from './byte-walk.ts';

/** One picture of a GIF: where it lies on the screen and how large it says it is, in pixels. */
export interface GifFrame {
  left: number;
  top: number;
  width: number;
  height: number;
}

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;

/**
 * Walks a GIF from its first byte to the trailer (GIF89a, chapters 17 to 27) and calls `onFrame` for each picture.
 * Returns whether the trailer was reached; a byte where no block can begin ends the walk.
 */
export function* gifBlocks(onFrame?: (frame: GifFrame) => void): Generator<Ask, boolean, Buffer> {
  const screen = yield* take(13);
  yield* skip(colourTableLength(screen[10]));
  for (;;) {
    const kind = (yield* take(1))[0];
    if (kind === TRAILER) return true;
    if (kind === EXTENSION) yield* skip(1);
    else if (kind === IMAGE) yield* imageHead(onFrame);
    // Some writers pad with zeros between blocks, and every viewer bears it.
    else if (kind !== 0) return false;
    if (kind !== 0) yield* subBlocks();
  }
}

/** The descriptor, the local colour table and the byte before the coded pixels. */
function* imageHead(onFrame?: (frame: GifFrame) => void): Generator<Ask, void, Buffer> {
  const head = yield* take(9);
  const [left, top, width, height] = [0, 2, 4, 6].map((at) => head.readUInt16LE(at)) as [
    number,
    number,
    number,
    number,
  ];
  onFrame?.({ left, top, width, height });
  yield* skip(colourTableLength(head[8]) + 1);
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
