import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import type { HeicAnswer, HeicTask, Rgba } from './heic-thread.ts';
import { MOST_PIXELS } from '../variants/sizes.ts';

/** One picture of a HEIC file, as libheif's binding for JavaScript gives it; the package has no types for this part. */
interface HeifImage {
  is_primary(): boolean;
  get_width(): number;
  get_height(): number;
  /** Fills `target` with RGBA pixels, upright and cropped as the container says, and hands it on; null on failure. */
  display(target: Rgba, done: (filled: Rgba | null) => void): void;
}

interface LibHeif {
  HeifDecoder: new () => { decode(file: Uint8Array): HeifImage[] };
}

/** As much of it as is used here: its types come with the DOM's. */
declare const WebAssembly: { Memory: { prototype: { buffer: ArrayBuffer; grow(pages: number): number } } };

/** Bytes in a page of WebAssembly's memory. */
const PAGE_BYTES = 2 ** 16;

// The thread decodes one file and ends: memory that WebAssembly has taken is given back in no other way.
const { file, memory } = workerData as HeicTask;
let memoryRefused = false;
limitMemory(memory);
const libheif = createRequire(import.meta.url)('libheif-js/wasm-bundle') as LibHeif;
// After a refusal libheif may never call back: then the thread ends because it has nothing left to do.
process.once('exit', () => memoryRefused && tell({ fault: 'memory', cause: new Error('libheif has ended.') }));
// Not by a top-level `await`: V8 ends the process if the thread is terminated while a module that imports this one waits
// for it, as the entry of the build does (SourceTextModule::AsyncModuleExecutionFulfilled).
void primaryPixels()
  .then(
    (pixels): HeicAnswer => ({ pixels }),
    // libheif reports memory that it did not get as it reports damage.
    (cause: unknown): HeicAnswer => ({ fault: memoryRefused || isNoRoom(cause) ? 'memory' : 'bytes', cause }),
  )
  .then(tell);

function tell(answer: HeicAnswer): void {
  parentPort?.postMessage(answer, 'pixels' in answer ? [answer.pixels.data.buffer] : []);
}

async function primaryPixels(): Promise<Rgba> {
  const images = new libheif.HeifDecoder().decode(file);
  const primary = images.find((image) => image.is_primary()) ?? images[0];
  if (!primary) throw new Error('libheif finds no picture in the file.');
  const [width, height] = [primary.get_width(), primary.get_height()];
  if (width * height > MOST_PIXELS) throw new Error(`libheif finds ${width} x ${height} pixels.`);
  const target = { data: new Uint8ClampedArray(width * height * 4), width, height };
  const filled = await new Promise<Rgba | null>((resolve) => primary.display(target, resolve));
  if (!filled) throw new Error('libheif cannot decode the picture.');
  return filled;
}

/** What V8 throws where there is no room for an array (`ArrayBuffer` constructor). */
function isNoRoom(cause: unknown): boolean {
  return cause instanceof RangeError && /allocation failed/.test(cause.message);
}

/** The bundle asks for its memory step by step and takes a refusal as the end of it; its own limit is 2 GiB. */
function limitMemory(most: number): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function (pages) {
    memoryRefused = this.buffer.byteLength + pages * PAGE_BYTES > most;
    if (memoryRefused) throw new RangeError('The picture takes too much memory.');
    return grow.call(this, pages);
  };
}
