import { feed, find, skip, take, type Ask, type Walk } from './byte-walk.ts';
import type { ImageType } from './formats.ts';
import { gifBlocks } from './gif-blocks.ts';
import { itemsEnd } from './heif-meta.ts';

/** Watches the bytes of one picture go by and knows whether its end was among them. */
export interface EndOfImage {
  push(chunk: Uint8Array): void;
  /** True once the picture is whole. Bytes after its end (motion photo, second picture, ZIP) change nothing. */
  readonly complete: boolean;
}

/**
 * Tells a file that was cut off from a whole one while its bytes pass, from the frame of the format alone: nothing is
 * decoded. The chunks may be cut anywhere. Bytes that break the rules of the format never become `complete`.
 */
export function endOfImage(type: ImageType): EndOfImage {
  const verdict = { complete: false };
  const push = feed(WALKS[type](verdict));
  return {
    push,
    get complete() {
      return verdict.complete;
    },
  };
}

interface Verdict {
  complete: boolean;
}

const WALKS: Record<ImageType, (verdict: Verdict) => Walk> = {
  'image/jpeg': jpeg,
  'image/png': png,
  'image/gif': gif,
  'image/webp': webp,
  'image/avif': heif,
  'image/heic': heif,
};

const MARKER = Buffer.of(0xff);
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = Buffer.of(0xff, 0xd9);

/**
 * Segments are passed by up to the first scan, so that the end marker of an embedded thumbnail is not taken for the
 * picture's own. From there on coded data cannot hold an end marker: 0xFF is always stuffed (ITU-T T.81, B.1.1.5).
 */
function* jpeg(verdict: Verdict): Walk {
  yield* skip(2);
  for (let marker = 0; marker !== START_OF_SCAN;) {
    marker = yield* nextMarker();
    if (marker === END_OF_IMAGE[1]) return;
    if (standsAlone(marker)) continue;
    const length = (yield* take(2)).readUInt16BE();
    if (length < 2) return;
    yield* skip(length - 2);
  }
  yield* find(END_OF_IMAGE);
  verdict.complete = true;
}

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

function* png(verdict: Verdict): Walk {
  yield* skip(8);
  for (let name = ''; name !== 'IEND';) {
    const head = yield* take(8);
    const length = head.readUInt32BE();
    name = head.toString('latin1', 4);
    if (length > 0x7fffffff) return;
    yield* skip(length + 4);
  }
  verdict.complete = true;
}

function* gif(verdict: Verdict): Walk {
  verdict.complete = yield* gifBlocks();
}

/** The length in the RIFF head counts what comes after it: `WEBP` and every chunk. */
function* webp(verdict: Verdict): Walk {
  const length = (yield* take(12)).readUInt32LE(4);
  if (length < 12) return;
  yield* skip(length - 4);
  verdict.complete = true;
}

/** A `meta` box beyond this is no picture's: the largest of a camera name a few thousand tiles in 100 KB. */
const LARGEST_META = 2 ** 20;

/**
 * Whole are the boxes, and inside the file are the parts of every item. What is no box any more is a tail that
 * belongs to somebody else; a box of length 0 reaches to the end of the file, wherever that is.
 */
function* heif(verdict: Verdict): Walk {
  let needed = Infinity;
  for (let at = 0; ;) {
    const box = yield* boxHead();
    if (!box) return;
    if (box.length === 0) {
      yield* skip(needed - at - box.head);
      verdict.complete = true;
      return;
    }
    verdict.complete = false;
    if (box.name !== 'meta') yield* skip(box.length - box.head);
    else if (box.length > LARGEST_META) return;
    else needed = itemsEnd(yield* take(box.length - box.head)) ?? Infinity;
    at += box.length;
    verdict.complete = at >= needed;
  }
}

function* boxHead(): Generator<Ask, { name: string; length: number; head: number } | undefined, Buffer> {
  const bytes = yield* take(8);
  const short = bytes.readUInt32BE();
  const name = bytes.toString('latin1', 4);
  if (!/^[ -~]{4}$/.test(name)) return undefined;
  if (short !== 1) return short === 0 || short >= 8 ? { name, length: short, head: 8 } : undefined;
  const length = Number((yield* take(8)).readBigUInt64BE());
  return length >= 16 ? { name, length, head: 16 } : undefined;
}
