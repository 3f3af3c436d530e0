import type { ImageType } from '../formats.ts';
import type { PictureFacts } from './picture-facts.ts';
import { fitWithin } from '../variants/sizes.ts';
import type { ImageSize } from '../parsers/findings.ts';

/**
 * The most that one decode may take, running alone, in bytes. An F4_1G has 3,072 MB; Node's heap may grow to 1,024 MiB,
 * and the rest of the program takes some 600 MiB. It is enough for 60.3 megapixels in each coding that cameras write: a
 * HEIC of ten bits in 4:2:2 takes 1,231 MiB by the figures below, an AVIF of 4:4:4 with opacity 1,242.
 */
export const LARGEST_DECODE_BYTES = 1280 * 2 ** 20;

/** Whether decoding a picture takes more than that for any of its sizes: one that is shown at all is shown in all. */
export const isTooLargeToShow = (picture: PictureFacts): boolean =>
  decodeBytes(picture, fitWithin(picture.width, picture.height, 'large')) > LARGEST_DECODE_BYTES;

/**
 * The memory in bytes that a decode takes at its peak, above what the process holds with the file in memory. `target` is
 * the largest size that is made of it; encoding it in the dearest format is included.
 *
 * Measured on 2026-11-29 with sharp 0.35.5 and libheif-js 1.23.2, each decode in a process of its own: VmHWM less VmRSS
 * before it (docs/decoding.md has the table). The figures here lie above each of those, and below twice as much where
 * pictures of their coding take much. `node test/bench/decode-peak.ts <file …>` shows the peak of the running program.
 */
export function decodeBytes(picture: PictureFacts, target: ImageSize): number {
  return Math.ceil(HOLDS[picture.type](picture, target) + OUTPUT_BYTES * target.width * target.height + FIXED_BYTES);
}

/** Of each pixel of the result: what is resized, converted, kept for the smaller sizes, and encoded as AVIF. */
const OUTPUT_BYTES = 20;

/** Tables, threads and small buffers of any decoder. */
const FIXED_BYTES = 4e6;

/** Rows that libvips keeps of a picture that is decoded and shrunk from the top to the bottom. */
const KEPT_ROWS = 2400;

type Holds = (picture: PictureFacts, target: ImageSize) => number;

const HOLDS: Record<ImageType, Holds> = {
  /** libjpeg shrinks while it decodes. Of several scans it keeps each coefficient in two bytes. */
  'image/jpeg'({ pixels, samples, whole, ...size }, target) {
    const shrunk = jpegShrink(size, target);
    const rows = rowsOf(size.width / shrunk, size.height / shrunk, Math.max(3, Math.ceil(samples)));
    return (whole ? 2 * samples * pixels : 0) + rows + JPEG_COLUMN_BYTES * size.width;
  },
  'image/png'({ pixels, whole, width, height, ...coding }) {
    const bytes = bytesPerPixel(coding);
    return (whole ? bytes * pixels : 0) + rowsOf(width, height, bytes);
  },
  /** libwebp shrinks while it decodes, but lossless pixels and opacity are unpacked first. */
  'image/webp'({ pixels, whole, alpha }, target) {
    const unpacked = whole ? 4.25 : alpha ? 2.3 : 0;
    return unpacked * pixels + 4 * Math.min(pixels, 3 * target.width * target.height);
  },
  'image/gif': ({ pixels, width, height }) => 5 * pixels + rowsOf(width, height, 3),
  /** The frame of libaom with its notes on each block, the planes of libheif, and RGB made of them. */
  'image/avif': ({ pixels, samples, alpha, bits, bytes }) =>
    (12.6 + 2.1 * (samples + (alpha ? 0.5 : 0)) * bytesOf(bits)) * pixels + 2 * bytes,
  /** The frame of libde265, the planes of libheif, RGBA made of them, and its copy; the file is copied several times. */
  'image/heic': ({ pixels, samples, alpha, bits, bytes }) =>
    (10.5 + 2 * (samples + (alpha ? 1 : 0)) * bytesOf(bits)) * pixels + 5 * bytes + WASM_BYTES,
};

/** Of each column of a JPEG: rows that are not shrunk yet. */
const JPEG_COLUMN_BYTES = 256;

/** A thread with libheif's code. */
const WASM_BYTES = 16e6;

/** By how much sharp has libjpeg shrink: it leaves at least a factor of 1.5 to itself. */
function jpegShrink(size: ImageSize, target: ImageSize): number {
  const ratio = Math.max(size.width, size.height) / Math.max(target.width, target.height);
  return [8, 4, 2].find((shrink) => ratio >= 1.5 * shrink) ?? 1;
}

const rowsOf = (width: number, height: number, bytes: number) => width * Math.min(height, KEPT_ROWS) * bytes;

const bytesPerPixel = ({ samples, alpha, bits }: Pick<PictureFacts, 'samples' | 'alpha' | 'bits'>) =>
  (samples + (alpha ? 1 : 0)) * bytesOf(bits);

const bytesOf = (bits: number) => (bits > 8 ? 2 : 1);
