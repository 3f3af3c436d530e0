import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Decoder } from './decoder.ts';
import { withProfile } from './icc-profile.ts';
import type { Pixels } from './pixels.ts';
import type { ImageSize } from './walks/findings.ts';

/**
 * Decodes a HEIC picture to pixels of the given size. libvips as it comes with sharp has no decoder for HEVC, so that
 * libheif does it as WebAssembly, in a thread of its own. `profile` is the ICC profile of the picture, if it has one.
 */
export async function decodeHeic(
  open: Decoder,
  file: { bytes: Buffer; profile: Buffer | undefined },
  { width, height }: ImageSize,
): Promise<Pixels> {
  const full = await decodeInThread(file.bytes);
  const raw = { width: full.width, height: full.height, channels: 4 } as const;
  const shrunk = open(full.data, { raw }).resize(width, height, { fit: 'fill' }).flatten({ background: '#ffffff' });
  if (!file.profile) return { data: await shrunk.raw().toBuffer(), width, height };
  // libheif leaves the colours as they are. Only a file brings a profile to libvips, so the pixels become one.
  const png = await shrunk.png({ compressionLevel: 0 }).toBuffer();
  const data = await open(withProfile(png, file.profile)).toColourspace('srgb').raw().toBuffer();
  return { data, width, height };
}

/** Pixels of four bytes, as the thread sends them. */
interface Rgba extends ImageSize {
  data: Uint8ClampedArray;
}

/** The longest that the thread may take, in milliseconds. 12 megapixels take about one second. */
const TIME_LIMIT = 20_000;

async function decodeInThread(bytes: Buffer): Promise<Rgba> {
  // Sources run as .ts, the build as .js: the worker has the ending that this file has.
  const file = new URL(`heic-worker${extname(import.meta.filename)}`, import.meta.url);
  const own = Uint8Array.from(bytes);
  const worker = new Worker(file, { workerData: own, transferList: [own.buffer] });
  // What goes wrong after the answer, or after the time, concerns nobody any more.
  worker.on('error', () => undefined);
  try {
    const signal = AbortSignal.timeout(TIME_LIMIT);
    return ((await once(worker, 'message', { signal })) as [Rgba])[0];
  } finally {
    await worker.terminate();
  }
}
