import { skip, take, type Ask, type Parser } from './byte-parser.ts';
import { exifOrientation } from './exif-orientation.ts';
import {
  keep,
  LARGEST_BLOCK_BYTES,
  tiffIn,
  type PixelCoding,
  type Findings,
  type ImageSize,
  type MetadataKind,
} from './findings.ts';

/**
 * Parses the chunks of a WebP as far as the RIFF head says that it reaches (RFC 9649, chapter 2). Where that length and
 * those of the chunks disagree, the chunks count: some writers forget the byte that pads the last one to an even length.
 */
export function* parseWebp(findings: Findings): Parser {
  // The length counts what comes after it: `WEBP` and every chunk.
  let left = (yield* take(12)).readUInt32LE(4) - 4;
  if (left < CHUNK_HEAD_BYTES) return;
  findings.frames = 0;
  let shown = false;
  while (left >= CHUNK_HEAD_BYTES) {
    if (shown) findings.missing = 'unknown';
    const head = yield* take(CHUNK_HEAD_BYTES);
    const name = head.toString('latin1', 0, 4);
    const length = head.readUInt32LE(4);
    if (PICTURE_CHUNKS.has(name)) findings.missing = 'part';
    yield* skip(length - (yield* chunk(name, length, findings)));
    shown ||= PICTURE_CHUNKS.has(name);
    left -= CHUNK_HEAD_BYTES + length;
    // What is left cannot hold a further chunk.
    if (shown) findings.missing = left < CHUNK_HEAD_BYTES ? 'marker' : 'unknown';
    const padding = Math.max(0, Math.min(length & 1, left));
    yield* skip(padding);
    left -= padding;
  }
  yield* skip(left);
  findings.complete = true;
}

const CHUNK_HEAD_BYTES = 8;

/** Chunks that hold a picture, or one of an animation. */
const PICTURE_CHUNKS = new Set(['VP8 ', 'VP8L', 'ANMF']);

/** Reads what is wanted of a chunk and returns how many of its bytes that were. */
function* chunk(name: string, length: number, findings: Findings): Generator<Ask, number, Buffer> {
  if (name === 'ANMF') findings.frames += 1;
  if (name === 'ALPH') findings.coding ??= { ...LOSSY, alpha: true };
  if (name === 'ANMF') findings.coding ??= { samples: 3, bits: 8, alpha: true, whole: true };
  const wanted = name in SIZE_READERS ? SIZE_BYTES : METADATA_CHUNKS[name] ? length : 0;
  if (wanted === 0 || wanted > Math.min(length, LARGEST_BLOCK_BYTES)) return 0;
  const bytes = yield* take(wanted);
  const kind = METADATA_CHUNKS[name];
  if (name === 'VP8 ') findings.coding ??= LOSSY;
  if (name === 'VP8L') findings.coding ??= { samples: 3, bits: 8, alpha: true, whole: true };
  if (kind) keep(findings, kind, bytes);
  if (kind === 'exif') findings.orientation ??= exifOrientation(tiffIn(bytes) ?? bytes);
  if (name in SIZE_READERS && !findings.size) {
    findings.size = SIZE_READERS[name]?.(bytes);
    // Decoders look for EXIF only where the first chunk declares it.
    if (name !== 'VP8X' || !((bytes[0] ?? 0) & EXIF_FLAG)) findings.orientation = 1;
  }
  return wanted;
}

const LOSSY: PixelCoding = { samples: 1.5, bits: 8, alpha: false, whole: false };

/** The specification ends the name of XMP in a blank, some writers in a zero. */
const METADATA_CHUNKS: Record<string, MetadataKind | undefined> = { EXIF: 'exif', 'XMP ': 'xmp', 'XMP\0': 'xmp' };

/** Among the flags of VP8X (RFC 9649, 2.7.1). */
const EXIF_FLAG = 0x08;

/** How much of a chunk it takes to know the size of its picture. */
const SIZE_BYTES = 10;

const SIZE_READERS: Record<string, (bytes: Buffer) => ImageSize> = {
  VP8X: (bytes) => ({ width: 1 + bytes.readUIntLE(4, 3), height: 1 + bytes.readUIntLE(7, 3) }),
  'VP8 ': (bytes) => ({ width: bytes.readUInt16LE(6) & 0x3fff, height: bytes.readUInt16LE(8) & 0x3fff }),
  VP8L: (bytes) => losslessSize(bytes.readUInt32LE(1)),
};

/** 14 bits each of width - 1 and height - 1. */
function losslessSize(bits: number): ImageSize {
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}
