import type sharp from 'sharp';
import type { Sharp, SharpInput, SharpOptions } from 'sharp';
import { ActiveTime } from './active-time.ts';
import { faultOf, isOfLibrary, isTimeout, outOfTime } from './decode-faults.ts';
import { LoneFailures } from './lone-failures.ts';
import { MOST_PIXELS } from '../variants/sizes.ts';

export interface DecodeLimits {
  /** The longest that one step of decoding may take, in milliseconds in which it could run. */
  activeMs: number;
  /** The most that libheif may hold, in bytes. A thread's own limits do not count it. */
  heicBytes: number;
}

/** What holds unless the configuration says otherwise. */
export const DECODE_LIMITS: DecodeLimits = { activeMs: 20_000, heicBytes: 1024 * 2 ** 20 };

/** Opens bytes as a picture that will be decoded under the limits of this service. */
export interface Decoder {
  (input: SharpInput, options?: SharpOptions): Sharp;
  limits: DecodeLimits;
}

let loading: Promise<typeof sharp> | undefined;

/** The decoder, loaded with its first use: the start of the program does not wait for libvips. */
export async function loadDecoder(limits = DECODE_LIMITS): Promise<Decoder> {
  const make = await (loading ??= load());
  // libvips measures time by the clock; `decoding` subtracts the time in which the process could not run.
  const open = (input: SharpInput, options?: SharpOptions) =>
    make(input, { ...OPTIONS, ...options }).timeout({ seconds: secondsOf(limits) });
  return Object.assign(open, { limits });
}

/** libvips knows whole seconds. */
const secondsOf = ({ activeMs }: DecodeLimits) => Math.ceil(activeMs / 1000);

/** Pauses of the process that one operation may meet before it counts as a failed attempt. */
const MOST_PAUSES = 3;

// One for the process, because libvips has one error buffer for the process.
const failures = new LoneFailures();

/**
 * Runs one operation of libvips: one `metadata()` or one `toBuffer()`, never a second operation inside it. What is read
 * from an error's message is true: a failure beside other operations is repeated alone. An operation is repeated as well
 * if its time was over because the process stood still meanwhile.
 * @throws AppError damaged-image, too-many-pixels, decode-timeout, decode-memory, decoder-lost, with the words of the
 * library as the cause. Errors of ours pass.
 */
export async function decoding<T>({ limits }: Decoder, operation: () => Promise<T>): Promise<T> {
  for (let pauses = 0; ; pauses += 1) {
    const pause = new ActiveTime();
    try {
      return await failures.run(
        () => inTime(limits, operation),
        (error) => !isOfLibrary(error),
      );
    } catch (cause) {
      if (isTimeout(cause) && pause.pausedMs() > 0 && pauses < MOST_PAUSES) continue;
      throw faultOf(cause, limits.activeMs);
    } finally {
      pause.stop();
    }
  }
}

/** What fails after its time has run out of time, by our clock and whatever its message says: no repeat is needed. */
async function inTime<T>(limits: DecodeLimits, operation: () => Promise<T>): Promise<T> {
  const active = new ActiveTime();
  try {
    return await operation();
  } catch (cause) {
    const isOver = isOfLibrary(cause) && active.activeMs() >= 1000 * secondsOf(limits);
    throw isOver ? outOfTime(limits.activeMs, cause) : cause;
  } finally {
    active.stop();
  }
}

/** Everything else that libvips could open stays closed: SVG, TIFF, PDF and what a plug-in may bring. */
const LOADERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((format) => `VipsForeignLoad${format}Buffer`);

/**
 * `truncated` shows whatever still decodes of a file with damage inside (a wrong PNG checksum, a broken JPEG scan);
 * files that were cut off have been refused by the end-of-image check already, and fail here as well.
 */
const OPTIONS: SharpOptions = { limitInputPixels: MOST_PIXELS, failOn: 'truncated', pages: 1, sequentialRead: true };

async function load(): Promise<typeof sharp> {
  const { default: loaded } = await import('sharp');
  loaded.block({ operation: ['VipsForeignLoad'] });
  loaded.unblock({ operation: LOADERS });
  loaded.cache(false);
  // The decode queue says how many pictures are in work; each of them gets one thread.
  loaded.concurrency(1);
  return loaded;
}
