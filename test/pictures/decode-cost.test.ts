import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodeBytes } from '../../src/pictures/decoding/decode-cost.ts';
import type { ImageType } from '../../src/pictures/formats.ts';
import { readPictureFacts, type PictureFacts } from '../../src/pictures/decoding/picture-facts.ts';
import { fitWithin, type VariantSize } from '../../src/pictures/variants/sizes.ts';
import { heic } from '../support/heic.ts';

const FACTS: Record<string, [file: Promise<Buffer> | Buffer, type: ImageType, facts: Partial<PictureFacts>]> = {
  'a JPEG': [flat().jpeg().toBuffer(), 'image/jpeg', { samples: 1.5, whole: false }],
  'a JPEG of full chroma': [flat().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(), 'image/jpeg', { samples: 3 }],
  'a grey JPEG': [flat().toColourspace('b-w').jpeg().toBuffer(), 'image/jpeg', { samples: 1 }],
  'a CMYK JPEG': [flat().toColourspace('cmyk').jpeg().toBuffer(), 'image/jpeg', { samples: 4 }],
  'a progressive JPEG': [flat().jpeg({ progressive: true }).toBuffer(), 'image/jpeg', { samples: 1.5, whole: true }],
  'a PNG': [flat().png().toBuffer(), 'image/png', { samples: 3, bits: 8, alpha: false, whole: false }],
  'an interlaced PNG': [flat().png({ progressive: true }).toBuffer(), 'image/png', { whole: true }],
  'a PNG of 16 bits with opacity': [
    flat(4).toColourspace('rgb16').png().toBuffer(),
    'image/png',
    { samples: 3, bits: 16, alpha: true },
  ],
  'a PNG whose palette has opacity': [
    flat(4).png({ palette: true }).toBuffer(),
    'image/png',
    { samples: 3, alpha: true },
  ],
  'a grey PNG': [flat().toColourspace('b-w').png().toBuffer(), 'image/png', { samples: 1, alpha: false }],
  'a WebP': [flat().webp().toBuffer(), 'image/webp', { alpha: false, whole: false }],
  'a WebP with opacity': [flat(4).webp().toBuffer(), 'image/webp', { alpha: true, whole: false }],
  'a lossless WebP': [flat().webp({ lossless: true }).toBuffer(), 'image/webp', { whole: true }],
  'a GIF': [flat().gif().toBuffer(), 'image/gif', { samples: 3, alpha: true }],
  'an AVIF': [
    flat().avif({ chromaSubsampling: '4:2:0' }).toBuffer(),
    'image/avif',
    { samples: 1.5, bits: 8, alpha: false },
  ],
  'an AVIF of full chroma with opacity': [
    flat(4).avif().toBuffer(),
    'image/avif',
    { samples: 3, bits: 8, alpha: true },
  ],
  'an AVIF of 12 bits': [
    flat().toColourspace('rgb16').avif({ bitdepth: 12, chromaSubsampling: '4:2:0' }).toBuffer(),
    'image/avif',
    { samples: 1.5, bits: 12 },
  ],
  'a HEIC': [heic(), 'image/heic', { samples: 1.5, bits: 8, alpha: false, pixels: 2048 * 1536 }],
};

function flat(channels: 3 | 4 = 3): Sharp {
  return sharp({ create: { width: 96, height: 64, channels, background: { r: 40, g: 80, b: 210, alpha: 0.5 } } });
}

test.each(Object.entries(FACTS))('the head of %s tells how it is decoded', async (_, [file, type, facts]) => {
  expect(readPictureFacts(await file, type)).toMatchObject({ type, ...facts });
});

/** The peak above the process at rest in MB, as measured on 2026-11-29 (docs/decoding.md). */
const MEASURED: [what: string, facts: Partial<PictureFacts> & Pick<PictureFacts, 'type'>, megabytes: number][] = [
  ['48 MP progressive JPEG', { type: 'image/jpeg', samples: 1.5, whole: true }, 150],
  ['48 MP progressive JPEG, 4:4:4', { type: 'image/jpeg', samples: 3, whole: true }, 293],
  ['48 MP progressive JPEG, CMYK', { type: 'image/jpeg', samples: 4, whole: true }, 395],
  ['200 MP progressive JPEG', { type: 'image/jpeg', samples: 1.5, whole: true, width: 16_320, height: 12_240 }, 606],
  ['64 MP PNG of 16000 x 4000', { type: 'image/png', samples: 3, width: 16_000, height: 4000 }, 81],
  ['196 MP PNG', { type: 'image/png', samples: 3, width: 14_000, height: 14_000 }, 81],
  ['48 MP PNG, 16 bits, opacity', { type: 'image/png', samples: 3, bits: 16, alpha: true }, 100],
  ['48 MP interlaced PNG', { type: 'image/png', samples: 3, whole: true }, 178],
  [
    '48 MP interlaced PNG, 16 bits, opacity',
    { type: 'image/png', samples: 3, bits: 16, alpha: true, whole: true },
    451,
  ],
  ['24 MP lossless WebP', { type: 'image/webp', samples: 3, whole: true, width: 6000, height: 4000 }, 101],
  ['48 MP GIF', { type: 'image/gif', samples: 3, alpha: true, whole: true }, 241],
  ['48 MP AVIF', { type: 'image/avif', samples: 1.5 }, 732],
  ['48 MP AVIF, opacity', { type: 'image/avif', samples: 1.5, alpha: true }, 779],
  ['48 MP AVIF, 4:4:4', { type: 'image/avif', samples: 3 }, 879],
  ['48 MP AVIF, 10 bits', { type: 'image/avif', samples: 1.5, bits: 10 }, 886],
  ['48 MP AVIF, 12 bits, 4:4:4, opacity', { type: 'image/avif', samples: 3, bits: 12, alpha: true }, 1216],
  ['48 MP HEIC', { type: 'image/heic', samples: 1.5 }, 578],
  ['12 MP HEIC, 10 bits, 4:4:4', { type: 'image/heic', samples: 3, bits: 10, width: 4000, height: 3000 }, 252],
  ['12 MP HEIC in 15.7 MB', { type: 'image/heic', samples: 1.5, width: 4000, height: 3000, bytes: 15.7e6 }, 234],
];

describe('what a decode takes lies between the measured peak and twice as much', () => {
  test.each(MEASURED)('%s', (_, facts, megabytes) => {
    const picture = factsOf(facts);
    const told = decodeBytes(picture, fitWithin(picture.width, picture.height, 'medium')) / 1e6;
    expect(told).toBeGreaterThan(megabytes);
    expect(told).toBeLessThan(2 * megabytes);
  });
});

test.each(['medium', 'large'] as const)('a JPEG of 200 megapixels that is shrunk to %s takes below 150 MB', (size) => {
  expect(costOf({ type: 'image/jpeg', samples: 1.5, width: 16_320, height: 12_240 }, size)).toBeLessThan(150e6);
});

function costOf(facts: Partial<PictureFacts> & Pick<PictureFacts, 'type'>, size: VariantSize): number {
  const picture = factsOf(facts);
  return decodeBytes(picture, fitWithin(picture.width, picture.height, size));
}

function factsOf(facts: Partial<PictureFacts> & Pick<PictureFacts, 'type'>): PictureFacts {
  const { width = 8000, height = 6000 } = facts;
  const usual = { width, height, pixels: width * height, samples: 3, bits: 8, alpha: false, whole: false, bytes: 1e6 };
  return { ...usual, ...facts };
}
