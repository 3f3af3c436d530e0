import type { Sharp, SharpInput, SharpOptions } from 'sharp';
import { AppError } from '../http/errors.ts';
import { MAX_PIXELS } from './sizes.ts';

/** Opens bytes as a picture that will be decoded under the limits of this service. */
export type Decoder = (input: SharpInput, options?: SharpOptions) => Sharp;

let loading: Promise<Decoder> | undefined;

/** The decoder, loaded with its first use: the start of the program does not wait for libvips. */
export function loadDecoder(): Promise<Decoder> {
  return (loading ??= load());
}

/**
 * Runs a piece of decoding; what libvips says against a file becomes `damaged-image` or `too-many-pixels`, with its
 * words as the cause. Errors of ours pass.
 */
export async function decoding<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    if (/pixel limit/.test(String(cause))) {
      throw new AppError('too-many-pixels', `More than ${MAX_PIXELS} pixels are not decoded here.`, {
        cause,
        extra: { maxPixels: MAX_PIXELS },
      });
    }
    throw new AppError('damaged-image', 'The picture cannot be decoded.', { cause });
  }
}

/** Everything else that libvips could open stays closed: SVG, TIFF, PDF and what a plug-in may bring. */
const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((format) => `VipsForeignLoad${format}Buffer`);

/** The longest that one step of decoding may take, in seconds. */
export const TIME_LIMIT = 20;

/**
 * `truncated` shows whatever still decodes of a file with damage inside (a wrong PNG checksum, a broken JPEG scan);
 * files that were cut off have been refused by the end-of-image check already, and fail here as well.
 */
const LIMITS: SharpOptions = { limitInputPixels: MAX_PIXELS, failOn: 'truncated', pages: 1, sequentialRead: true };

async function load(): Promise<Decoder> {
  const { default: sharp } = await import('sharp');
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
  sharp.cache(false);
  // The decode queue says how many pictures are in work; each of them gets one thread.
  sharp.concurrency(1);
  return (input, options) => sharp(input, { ...LIMITS, ...options }).timeout({ seconds: TIME_LIMIT });
}
