import { isTooLargeToShow } from '../decoding/decode-cost.ts';
import type { ImageType } from '../formats.ts';
import { MOST_PIXELS } from './sizes.ts';
import type { PixelCoding } from '../parsers/findings.ts';

/** How many pixels a picture of a type may have to be shown: in each coding and shape, and in the simplest. */
export function shownPixels(type: ImageType): { always: number; atMost: number } {
  const { dearest, cheapest } = CODINGS[type];
  return { always: Math.min(...SHAPES.map((ratio) => most(type, dearest, ratio))), atMost: most(type, cheapest, 1) };
}

const ORDINARY: PixelCoding = { samples: 1.5, bits: 8, alpha: false, whole: false };
const RICH: PixelCoding = { samples: 3, bits: 16, alpha: true, whole: true };

const CODINGS: Record<ImageType, { dearest: PixelCoding; cheapest: PixelCoding }> = {
  // Four colours in full, progressive.
  'image/jpeg': { dearest: { ...RICH, samples: 4 }, cheapest: ORDINARY },
  'image/png': { dearest: RICH, cheapest: { ...ORDINARY, samples: 1 } },
  'image/webp': { dearest: RICH, cheapest: ORDINARY },
  'image/gif': { dearest: RICH, cheapest: RICH },
  'image/avif': { dearest: RICH, cheapest: ORDINARY },
  'image/heic': { dearest: RICH, cheapest: ORDINARY },
};

/** Width by height: libvips holds some rows of a picture, which are all of a wide one. */
const SHAPES = [1, 4, 16, 30];

const FILE_BYTES = 32e6;

/** To a million. */
function most(type: ImageType, coding: PixelCoding, ratio: number): number {
  const fits = (pixels: number) => {
    const height = Math.sqrt(pixels / ratio);
    return !isTooLargeToShow({ ...coding, type, width: pixels / height, height, pixels, bytes: FILE_BYTES });
  };
  let millions = (LARGEST_SIDE[type] ?? Infinity) ** 2 / 1e6;
  millions = Math.floor(Math.min(millions, MOST_PIXELS / 1e6));
  while (millions > 0 && !fits(millions * 1e6)) millions -= 1;
  return millions * 1e6;
}

/** RFC 9649, 2.7.2: the formats of the others have room for more than is taken here. */
const LARGEST_SIDE: Partial<Record<ImageType, number>> = { 'image/webp': 16_383 };
