import type sharp from 'sharp';
import type { Sharp, SharpInput, SharpOptions } from 'sharp';
import { ActiveTime } from './active-time.ts';
import { faultOf, isTimeout } from './decode-faults.ts';
import { MAX_PIXELS } from './sizes.ts';

export interface DecodeLimits {
  /** The longest that one step of decoding may take, in milliseconds in which it could run. */
  activeMs: number;
  /** The most that libheif may hold, in bytes. A thread's own limits do not count it. */
  heicBytes: number;
}

/** What holds unless the configuration says otherwise. */
export const DECODE_LIMITS: DecodeLimits = { activeMs: 20_000, heicBytes: 768 * 2 ** 20 };

/** Opens bytes as a picture that will be decoded under the limits of this service. */
export interface Decoder {
  (input: SharpInput, options?: SharpOptions): Sharp;
  limits: DecodeLimits;
}

let loading: Promise<typeof sharp> | undefined;

/** The decoder, loaded with its first use: the start of the program does not wait for libvips. */
export async function loadDecoder(limits = DECODE_LIMITS): Promise<Decoder> {
  const make = await (loading ??= load());
  // libvips knows whole seconds of the clock alone; `decoding` sees to those in which nothing could run.
  const seconds = Math.ceil(limits.activeMs / 1000);
  const open = (input: SharpInput, options?: SharpOptions) =>
    make(input, { ...OPTIONS, ...options }).timeout({ seconds });
  return Object.assign(open, { limits });
}

/** Pauses of the process that one piece of decoding may meet before it counts as a failed attempt. */
const MOST_PAUSES = 3;

/**
 * Runs a piece of decoding, again if the process stood still meanwhile and its time was over therefore.
 * @throws AppError damaged-image, too-many-pixels, decode-timeout, decode-memory, decoder-lost, with the words of the
 * library as the cause. Errors of ours pass.
 */
export async function decoding<T>({ limits }: Decoder, run: () => Promise<T>): Promise<T> {
  for (let pauses = 0; ; pauses += 1) {
    const active = new ActiveTime();
    try {
      return await run();
    } catch (cause) {
      if (isTimeout(cause) && active.pausedMs() > 0 && pauses < MOST_PAUSES) continue;
      throw faultOf(cause, limits.activeMs);
    } finally {
      active.stop();
    }
  }
}

/** Everything else that libvips could open stays closed: SVG, TIFF, PDF and what a plug-in may bring. */
const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((format) => `VipsForeignLoad${format}Buffer`);

/**
 * `truncated` shows whatever still decodes of a file with damage inside (a wrong PNG checksum, a broken JPEG scan);
 * files that were cut off have been refused by the end-of-image check already, and fail here as well.
 */
const OPTIONS: SharpOptions = { limitInputPixels: MAX_PIXELS, failOn: 'truncated', pages: 1, sequentialRead: true };

async function load(): Promise<typeof sharp> {
  const { default: loaded } = await import('sharp');
  loaded.block({ operation: ['VipsForeignLoad'] });
  loaded.unblock({ operation: LOADERS });
  loaded.cache(false);
  // The decode queue says how many pictures are in work; each of them gets one thread.
  loaded.concurrency(1);
  return loaded;
}
