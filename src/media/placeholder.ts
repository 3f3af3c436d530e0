import type { Decoder } from './decoder.ts';
import { reopen, type Pixels } from './pixels.ts';

/** What a client can draw before the first byte of a picture has come. */
export interface Placeholder {
  /** Base64 of a thumbhash. */
  placeholder: string;
  /** The dominant colour, `#rrggbb`. */
  color: string;
}

/** Describes a small picture by its thumbhash and its dominant colour. */
export async function describePixels(open: Decoder, pixels: Pixels): Promise<Placeholder> {
  const { rgbaToThumbHash } = await import('thumbhash');
  const { data: rgba, info } = await reopen(open, pixels)
    .resize(LONGEST_SIDE, LONGEST_SIDE, { fit: 'inside', withoutEnlargement: true })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const hash = rgbaToThumbHash(info.width, info.height, rgba);
  return { placeholder: Buffer.from(hash).toString('base64'), color: dominantColor(rgba) };
}

/** In pixels. A thumbhash takes up to 100, but keeps too few waves of them to tell more than these apart. */
const LONGEST_SIDE = 64;

interface Bin {
  count: number;
  red: number;
  green: number;
  blue: number;
}

/** The mean of the pixels in the fullest of 512 bins of similar colours (three bits a channel). */
function dominantColor(rgba: Buffer): string {
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
