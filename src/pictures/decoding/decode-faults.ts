import { AppError } from '../../runtime/errors.ts';
import { MOST_PIXELS } from '../variants/sizes.ts';

/** Seconds in `Retry-After` after a decode that met a limit of this service. */
const RETRY_AFTER_SECONDS = 10;

/** The bytes are at fault. */
export const damaged = (cause: unknown) => new AppError('damaged-image', 'The picture cannot be decoded.', { cause });

/** The decode has used up its time. `activeMs` counts neither a stopped process nor a machine that sleeps. */
export const outOfTime = (activeMs: number, cause?: unknown) =>
  new AppError('decode-timeout', `Decoding the picture took more than ${activeMs / 1000} seconds.`, passing(cause));

/** The bytes are sound, but their decoder would hold more memory than one picture may use. */
export const tooLargeToShow = () =>
  new AppError(
    'too-large-to-show',
    'Decoding the picture takes more memory than there is. Its original is kept. To have it shown, send it with a ' +
      'smaller picture of it as `preview`.',
  );

export const outOfMemory = (cause: unknown) =>
  new AppError('decode-memory', 'Decoding the picture took more memory than there is for it.', passing(cause));

/** The decoder ended, or could not begin, for a reason that has nothing to do with the bytes. */
export const decoderLost = (cause: unknown) =>
  new AppError('decoder-lost', 'The decoder ended before the picture was decoded.', passing(cause));

const passing = (cause: unknown) => ({ cause, headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) } });

/**
 * Translates what libvips throws. Errors about the bytes become `damaged-image` or `too-many-pixels`. Errors about time,
 * memory and threads become passing faults. Errors that libvips does not throw are faults of this code and stay.
 */
export function faultOf(cause: unknown, activeMs: number): unknown {
  if (isNoRoom(cause)) return outOfMemory(cause);
  if (!isOfLibrary(cause)) return cause;
  if (/pixel limit/.test(cause.message)) return tooManyPixels(cause);
  if (isTimeout(cause)) return outOfTime(activeMs, cause);
  if (SAYS_NO_MEMORY.test(cause.message) && !/security limit/i.test(cause.message)) return outOfMemory(cause);
  return SAYS_NO_RESOURCE.test(cause.message) ? decoderLost(cause) : damaged(cause);
}

/**
 * Runs code that makes buffers between the operations of libvips.
 * @throws AppError decode-memory where Node has no room for one. Other errors pass.
 */
export async function makingBuffers<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    throw isNoRoom(cause) ? outOfMemory(cause) : cause;
  }
}

/** V8's message for a buffer that it cannot allocate. */
const isNoRoom = (cause: unknown) => cause instanceof RangeError && /allocation failed/.test(cause.message);

/** Whether libvips threw it: sharp throws plain errors, our own code AppErrors, TypeErrors and other subclasses. */
export const isOfLibrary = (cause: unknown): cause is Error => cause instanceof Error && cause.name === 'Error';

/** Whether libvips ended a step because its time was over (sharp, common.cc, `VipsProgressCallBack`). */
export const isTimeout = (cause: unknown) => cause instanceof Error && /^timeout: \d+% complete/m.test(cause.message);

/**
 * libvips ("vips_tracked: out of memory", also behind "Input buffer has corrupt header"), libjpeg ("Insufficient memory
 * (case 4)") and libheif ("Memory allocation error", "Allocating 48000015 bytes failed"), as seen with little address
 * space. libheif reports its security limits under the same heading, and these are about the bytes.
 */
const SAYS_NO_MEMORY =
  /out of memory|insufficient memory|memory allocation (?:error|failed)|(?:cannot|can't|failed to|unable to) allocate|allocating \d+ bytes failed/i;

/** Threads, files and disk space: large pictures that cannot be read in order are unpacked to a temporary file. */
const SAYS_NO_RESOURCE =
  /(?:unable to create|creating) thread|too many open files|no space left|read-only file system/i;

const tooManyPixels = (cause: unknown) =>
  new AppError('too-many-pixels', `More than ${MOST_PIXELS} pixels are not decoded here.`, {
    cause,
    extra: { maxPixels: MOST_PIXELS },
  });
