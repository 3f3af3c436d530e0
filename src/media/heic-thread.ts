import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { TIME_LIMIT } from './decoder.ts';
import type { ImageSize } from './walks/findings.ts';

/** Decoded pixels of four bytes: red, green, blue and opacity, in the colours of the file. */
export interface Rgba extends ImageSize {
  data: Uint8ClampedArray<ArrayBuffer>;
}

/** What the thread is given to do. */
export interface HeicTask {
  file: Uint8Array<ArrayBuffer>;
  /** Bytes. */
  memory: number;
}

export interface HeicLimits {
  /** The most that libheif may hold, in bytes. A thread's own limits do not count it. */
  memory: number;
  /** Milliseconds. */
  time: number;
}

/** 64 megapixels in a file of 35 MB take between 600 and 640 MiB, and eight seconds of CPU time. */
const LIMITS: HeicLimits = { memory: 768 * 2 ** 20, time: TIME_LIMIT * 1000 };

/** What JavaScript may hold in the thread, in MiB; file, pixels and the memory of WebAssembly lie outside of it. */
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 };

/**
 * Decodes a HEIC file in a thread of its own. Whatever the file does to the decoder ends with that thread: it may fail,
 * take too much memory, or take too long. Rejects then.
 */
export async function decodeInThread(bytes: Buffer, { memory, time }: HeicLimits = LIMITS): Promise<Rgba> {
  // Sources run as .ts, the build as .js: the worker has the ending that this file has.
  const code = new URL(`heic-worker${extname(import.meta.filename)}`, import.meta.url);
  const task: HeicTask = { file: new Uint8Array(bytes), memory };
  // libheif tells its troubles on the console, where they would stand without a request's id.
  const quiet = { stdout: true, stderr: true };
  const worker = new Worker(code, { ...quiet, resourceLimits, workerData: task, transferList: [task.file.buffer] });
  // What goes wrong after the answer, or after the time, concerns nobody any more.
  worker.on('error', () => undefined);
  try {
    return ((await once(worker, 'message', { signal: AbortSignal.timeout(time) })) as [Rgba])[0];
  } finally {
    await worker.terminate();
  }
}
