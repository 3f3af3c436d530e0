import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ActiveTime } from './active-time.ts';
import { damaged, decoderLost, outOfMemory, outOfTime } from './decode-faults.ts';
import { DECODE_LIMITS, type DecodeLimits } from './decoder.ts';
import type { ImageSize } from '../parsers/findings.ts';

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

/** The thread's answer. */
export type HeicAnswer = { pixels: Rgba } | { fault: 'bytes' | 'memory'; cause: unknown };

/** What JavaScript may hold in the thread, in MiB; file, pixels and the memory of WebAssembly lie outside of it. */
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 };

/**
 * Decodes a HEIC file in a thread of its own. Every failure of the decoder ends with that thread: damage, too much memory,
 * too much time. 64 megapixels in a file of 35 MB take between 600 and 640 MiB of WebAssembly's
 * memory, and eight seconds of CPU time.
 * @throws AppError damaged-image, decode-timeout, decode-memory, decoder-lost
 */
export async function decodeInThread(bytes: Buffer, limits: DecodeLimits = DECODE_LIMITS): Promise<Rgba> {
  // Sources run as .ts, the build as .js: the worker has the ending that this file has.
  const code = new URL(`heic-worker${extname(import.meta.filename)}`, import.meta.url);
  const task: HeicTask = { file: new Uint8Array(bytes), memory: limits.heicBytes };
  // libheif reports errors on the console, where they would have no request id.
  const quiet = { stdout: true, stderr: true };
  const worker = new Worker(code, { ...quiet, resourceLimits, workerData: task, transferList: [task.file.buffer] });
  try {
    return await Promise.race([answerOf(worker), timeOf(worker, limits.activeMs)]);
  } finally {
    await worker.terminate();
  }
}

/** Resolves with the thread's answer. Rejects when the thread ends without one. */
function answerOf(worker: Worker): Promise<Rgba> {
  return new Promise((resolve, reject) => {
    worker.on('message', (answer: HeicAnswer) => {
      if ('pixels' in answer) resolve(answer.pixels);
      else reject(answer.fault === 'memory' ? outOfMemory(answer.cause) : damaged(answer.cause));
    });
    worker.on('error', (error: Error & { code?: string }) =>
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? outOfMemory(error) : decoderLost(error)),
    );
    // The last message and the end may come in one turn of the event loop: the message settles this first.
    worker.on('exit', (code) => reject(decoderLost(new Error(`The thread of the decoder ended with ${code}.`))));
  });
}

/** How long a thread may take by the clock, without pauses of the process, as a multiple of its CPU time. */
const WAIT_PER_CPU_TIME = 4;

/**
 * Rejects when the thread has used up its time. CPU time counts: it stands still while the process or the machine sleeps,
 * and does not grow where many processes share a core. A thread that is idle and silent is ended later.
 */
function timeOf(worker: Worker, activeMs: number): Promise<never> {
  return new Promise((_, reject) => {
    const active = new ActiveTime();
    const look = async () => {
      if (active.activeMs() > WAIT_PER_CPU_TIME * activeMs) reject(outOfTime(activeMs));
      if ((await cpuMs(worker)) > activeMs) reject(outOfTime(activeMs));
    };
    const timer = setInterval(() => void look(), Math.min(activeMs, TIME_CHECK_MS));
    worker.on('exit', () => {
      active.stop();
      clearInterval(timer);
    });
  });
}

/** How often the time of a thread is checked. */
const TIME_CHECK_MS = 250;

async function cpuMs(worker: Worker): Promise<number> {
  try {
    const { user, system } = await worker.cpuUsage();
    return (user + system) / 1000;
  } catch {
    // It has not begun yet, or has ended already.
    return 0;
  }
}
