import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { sniffType } from '../../src/pictures/formats.ts';
import { fitWithin, type VariantSize } from '../../src/pictures/variants/sizes.ts';
import { makeVariants } from '../../src/pictures/variants/variants.ts';
import { largeProgressiveJpeg } from '../support/large-jpeg.ts';
import { picture } from '../support/picture.ts';
import { realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';

describe('what is not decoded', () => {
  test('a picture that was cut off is not decoded', async () => {
    const bytes = await picture({ width: 800, height: 600 });
    const cut = bytes.subarray(0, bytes.length / 2);
    await expect(makeVariants(cut, 'image/jpeg')).rejects.toMatchObject({ code: 'damaged-image' });
  });

  test('an SVG or a TIFF is not decoded, whatever type it claims', async () => {
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    );
    const tiff = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#888' } })
      .tiff()
      .toBuffer();
    await expect(makeVariants(svg, 'image/png')).rejects.toMatchObject({ code: 'damaged-image' });
    await expect(makeVariants(tiff, 'image/jpeg')).rejects.toMatchObject({ code: 'damaged-image' });
  });

  test('a picture that takes more memory than one may use is not decoded', async () => {
    const large = await largeProgressiveJpeg({ width: 16_320, height: 14_000 });
    await expect(makeVariants(large, 'image/jpeg')).rejects.toMatchObject({ code: 'too-large-to-show' });
  });
});

const shown = (realPhotos ?? []).filter(({ path, truth }) => {
  const type = sniffType(readFileSync(path));
  return type && (truth.expect === 'accept' || type === 'image/heic');
});

describe.skipIf(!realPhotos)(`real files${whyNoRealPhotos}`, () => {
  test.each(shown)('$name gets its variants in the displayed shape', async ({ path, truth }) => {
    const original = readFileSync(path);
    const type = sniffType(original);
    if (!type) throw new Error('Its kind is not known.');
    const { variants } = await makeVariants(original, type);
    const { display_width: width, display_height: height } = truth;
    for (const [size, { width: wide, height: high }] of Object.entries(variants)) {
      expect({ width: wide, height: high }).toEqual(fitWithin(width ?? 0, height ?? 0, size as VariantSize));
    }
  });
});
