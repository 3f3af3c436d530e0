import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

/** One picture of a HEIC file, as libheif's binding for JavaScript gives it; the package has no types for this part. */
interface HeifImage {
  is_primary(): number | boolean;
  get_width(): number;
  get_height(): number;
  /** Fills `target` with RGBA pixels, upright and cropped as the container says, and hands it on; null on failure. */
  display(target: Rgba, done: (filled: Rgba | null) => void): void;
}

interface Rgba {
  data: Uint8ClampedArray<ArrayBuffer>;
  width: number;
  height: number;
}

interface LibHeif {
  HeifDecoder: new () => { decode(file: Uint8Array): HeifImage[] };
}

// The thread decodes one file and ends: memory that WebAssembly has taken is given back in no other way.
const libheif = createRequire(import.meta.url)('libheif-js/wasm-bundle') as LibHeif;
const pixels = await primaryPixels(workerData as Uint8Array);
parentPort?.postMessage(pixels, [pixels.data.buffer]);

async function primaryPixels(file: Uint8Array): Promise<Rgba> {
  const images = new libheif.HeifDecoder().decode(file);
  const primary = images.find((image) => image.is_primary()) ?? images[0];
  if (!primary) throw new Error('libheif finds no picture in the file.');
  const [width, height] = [primary.get_width(), primary.get_height()];
  const target = { data: new Uint8ClampedArray(width * height * 4), width, height };
  const filled = await new Promise<Rgba | null>((resolve) => primary.display(target, resolve));
  if (!filled) throw new Error('libheif cannot decode the picture.');
  return filled;
}
