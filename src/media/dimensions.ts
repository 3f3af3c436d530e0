import { feed } from './byte-walk.ts';
import type { ImageType } from './formats.ts';
import { gifBlocks } from './gif-blocks.ts';
import { heifSize } from './heif-meta.ts';

/** Width and height in pixels. */
export interface ImageSize {
  width: number;
  height: number;
}

/** What the head of a file says about its pixels, before anything is decoded. */
export interface Dimensions extends ImageSize {
  /** How many pictures an animation has; 1 for a still. */
  frames: number;
  /** The most pixels that a decoder would have to hold for one picture of it. */
  pixels: number;
}

/**
 * Reads the size from the bytes as the container shows it: the transforms of HEIF are applied, an EXIF orientation is
 * not. Undefined when there is none. Of a JPEG the bytes before the first scan are enough.
 */
export function readDimensions(bytes: Buffer, type: ImageType): Dimensions | undefined {
  try {
    const found = READERS[type](bytes);
    if (!found || !(found.width > 0 && found.height > 0)) return undefined;
    return { frames: 1, pixels: found.width * found.height, ...found };
  } catch (error) {
    // Reading beyond the last byte: the file ends before it has told its size.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

type Found = ImageSize & { frames?: number; pixels?: number };

const READERS: Record<ImageType, (bytes: Buffer) => Found | undefined> = {
  'image/jpeg': jpeg,
  'image/png': png,
  'image/gif': gif,
  'image/webp': webp,
  'image/avif': heifSize,
  'image/heic': heifSize,
};

/** The markers of a frame header: SOF0 to SOF15 without DHT, JPG and DAC (ITU-T T.81, table B.1). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function jpeg(bytes: Buffer): ImageSize | undefined {
  for (let at = bytes.indexOf(0xff, 2); at >= 0; at = bytes.indexOf(0xff, at)) {
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xda || marker === 0xd9) return undefined;
    if (isFrameHeader(marker)) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    // Fill bytes, stuffing and the markers that stand alone are one or two bytes long, a segment tells its length.
    if (marker === 0xff) at += 1;
    else at += marker < 0x02 || (marker >= 0xd0 && marker <= 0xd8) ? 2 : 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

function png(bytes: Buffer): Found {
  const control = bytes.indexOf('acTL', 8, 'latin1');
  const animated = control >= 0 && control < bytes.indexOf('IDAT', 8, 'latin1');
  return {
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    frames: animated ? bytes.readUInt32BE(control + 4) : 1,
  };
}

/** A frame may lie outside the screen that the head declares, and decoders make room for it. */
function gif(bytes: Buffer): Found {
  const [width, height] = [bytes.readUInt16LE(6), bytes.readUInt16LE(8)];
  let frames = 0;
  let pixels = width * height;
  const walk = gifBlocks((frame) => {
    frames += 1;
    pixels = Math.max(pixels, (frame.left + frame.width) * (frame.top + frame.height));
  });
  feed(walk)(bytes);
  return { width, height, frames: Math.max(1, frames), pixels };
}

function webp(bytes: Buffer): Found | undefined {
  const kind = bytes.toString('latin1', 12, 16);
  if (kind === 'VP8 ') return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
  if (kind === 'VP8L') return losslessSize(bytes.readUInt32LE(21));
  if (kind !== 'VP8X') return undefined;
  return { width: 1 + bytes.readUIntLE(24, 3), height: 1 + bytes.readUIntLE(27, 3), frames: webpFrames(bytes) };
}

/** 14 bits each of width - 1 and height - 1 (WebP lossless bitstream, chapter 3). */
function losslessSize(bits: number): ImageSize {
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}

function webpFrames(bytes: Buffer): number {
  let frames = 0;
  for (let at = 12; at + 8 <= bytes.length; at += 8 + bytes.readUInt32LE(at + 4) + (bytes.readUInt32LE(at + 4) & 1)) {
    if (bytes.toString('latin1', at, at + 4) === 'ANMF') frames += 1;
  }
  return Math.max(1, frames);
}
