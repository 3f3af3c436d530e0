import { skip, take, type Ask, type Walk } from './byte-walk.ts';
import { exifOrientation } from './exif-orientation.ts';
import { copyOf, LARGEST_BLOCK, tiffOf, type Findings, type ImageSize } from './findings.ts';

/** Walks the chunks of a WebP as far as the RIFF head says that it reaches (RFC 9649, chapter 2). */
export function* walkWebp(findings: Findings): Walk {
  // The length counts what comes after it: `WEBP` and every chunk.
  let left = (yield* take(12)).readUInt32LE(4) - 4;
  if (left < 8) return;
  findings.frames = 0;
  while (left >= 8) {
    const head = yield* take(8);
    const name = head.toString('latin1', 0, 4);
    const length = head.readUInt32LE(4);
    // Chunks are padded to an even length, but some writers leave the last byte of the file out.
    const inside = Math.min(length + (length & 1), left - 8);
    yield* skip(inside - (yield* chunk(name, Math.min(length, inside), findings)));
    left -= 8 + inside;
  }
  yield* skip(left);
  findings.complete = true;
}

/** Reads what is wanted of a chunk and returns how many of its bytes that were. */
function* chunk(name: string, length: number, findings: Findings): Generator<Ask, number, Buffer> {
  if (name === 'ANMF') findings.frames += 1;
  const wanted = name in SIZES ? SIZE_BYTES : name === 'EXIF' || name === 'XMP ' ? length : 0;
  if (wanted === 0 || wanted > Math.min(length, LARGEST_BLOCK)) return 0;
  const bytes = yield* take(wanted);
  if (name === 'EXIF') {
    findings.exif ??= tiffOf(bytes);
    findings.orientation ??= exifOrientation(tiffOf(bytes));
  }
  if (name === 'XMP ') findings.xmp ??= copyOf(bytes);
  if (name in SIZES && !findings.size) {
    findings.size = SIZES[name]?.(bytes);
    // Decoders look for EXIF only where the first chunk says that there is some.
    if (name !== 'VP8X' || !((bytes[0] ?? 0) & HAS_EXIF)) findings.orientation = 1;
  }
  return wanted;
}

/** Among the flags of VP8X (RFC 9649, 2.7.1). */
const HAS_EXIF = 0x08;

/** How much of a chunk it takes to know the size of its picture. */
const SIZE_BYTES = 10;

const SIZES: Record<string, (bytes: Buffer) => ImageSize> = {
  VP8X: (bytes) => ({ width: 1 + bytes.readUIntLE(4, 3), height: 1 + bytes.readUIntLE(7, 3) }),
  'VP8 ': (bytes) => ({ width: bytes.readUInt16LE(6) & 0x3fff, height: bytes.readUInt16LE(8) & 0x3fff }),
  VP8L: (bytes) => losslessSize(bytes.readUInt32LE(1)),
};

/** 14 bits each of width - 1 and height - 1. */
function losslessSize(bits: number): ImageSize {
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}
