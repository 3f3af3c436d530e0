import type { Pixels } from '../decoding/pixels.ts';

/** What a client can draw before the first byte of a picture arrives. */
interface Placeholder {
  /** Base64 of a thumbhash. */
  placeholder: string;
  /** The dominant colour, `#rrggbb`. */
  color: string;
}

/** Describes a small picture by its thumbhash and its dominant colour. */
export async function describePixels(pixels: Pixels): Promise<Placeholder> {
  const { rgbaToThumbHash } = await import('thumbhash');
  const { width, height, rgba } = coarse(pixels);
  const hash = rgbaToThumbHash(width, height, rgba);
  return { placeholder: Buffer.from(hash).toString('base64'), color: dominantColor(rgba) };
}

/** In pixels. A thumbhash takes up to 100 and its time grows by the pixel, but it keeps at most seven waves. */
const LONGEST_SIDE_PIXELS = 32;

/** The picture in few opaque pixels, each the mean of a block. This is faster than another run of the decoder. */
function coarse({ data, width, height }: Pixels): { width: number; height: number; rgba: Uint8Array } {
  const scale = Math.min(1, LONGEST_SIDE_PIXELS / Math.max(width, height));
  const columnOf = Uint8Array.from({ length: width }, (_, x) => x * scale);
  const [columns, rows] = [columnOf.at(-1)! + 1, Math.floor((height - 1) * scale) + 1];
  // Of each block the sums of red, green and blue, and how many pixels it has.
  const sums = new Uint32Array(4 * columns * rows);
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.floor(y * scale) * columns;
    for (let x = 0; x < width; x++, at += 3) {
      const to = 4 * (row + columnOf[x]!);
      sums[to]! += data[at]!;
      sums[to + 1]! += data[at + 1]!;
      sums[to + 2]! += data[at + 2]!;
      sums[to + 3]! += 1;
    }
  }
  const rgba = Uint8Array.from(sums, (sum, at) => (at % 4 === 3 ? 255 : Math.round(sum / sums[at | 3]!)));
  return { width: columns, height: rows, rgba };
}

interface Bin {
  count: number;
  red: number;
  green: number;
  blue: number;
}

/** The mean of the pixels in the fullest of 512 bins of similar colours (three bits a channel). */
function dominantColor(rgba: Uint8Array): string {
  const bins = new Map<number, Bin>();
  let fullest: Bin = { count: 0, red: 0, green: 0, blue: 0 };
  for (let at = 0; at < rgba.length; at += 4) {
    const [red, green, blue] = [rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0];
    const key = ((red >> 5) << 6) | ((green >> 5) << 3) | (blue >> 5);
    const bin = bins.get(key) ?? { count: 0, red: 0, green: 0, blue: 0 };
    bins.set(key, bin);
    bin.count += 1;
    bin.red += red;
    bin.green += green;
    bin.blue += blue;
    if (bin.count > fullest.count) fullest = bin;
  }
  return hexOf(fullest);
}

function hexOf({ count, red, green, blue }: Bin): string {
  const channels = [red, green, blue].map((sum) => Math.round(sum / Math.max(1, count)));
  return `#${Buffer.from(channels).toString('hex')}`;
}
