import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { fitWithin, VARIANT_SIZES, type VariantSize } from '../../src/pictures/variants/sizes.ts';
import { decodeLarge, makeVariant, makeVariants, type Picture } from '../../src/pictures/variants/variants.ts';
import { picture, QUARTERS } from '../support/picture.ts';

const LARGE = { size: 'large', format: 'jpeg' } as const;

/** The mean colours of the four quarters as shown, each away from its edges: top left, top right, bottom left, bottom right. */
async function quartersOf({ bytes, width, height }: Picture): Promise<number[][]> {
  const at = [0.15, 0.65].flatMap((y) => [0.15, 0.65].map((x) => [Math.floor(x * width), Math.floor(y * height)]));
  return Promise.all(
    at.map(async ([left = 0, top = 0]) => {
      const area = { left, top, width: Math.ceil(width / 5), height: Math.ceil(height / 5) };
      const { channels } = await sharp(await sharp(bytes).extract(area).toBuffer()).stats();
      return channels.map(({ mean }) => mean);
    }),
  );
}

/** Expects each channel of each quarter within `tolerance` of its colour. */
async function expectQuarters(shown: Picture, colours: readonly (readonly number[])[], tolerance = 6): Promise<void> {
  const quarters = await quartersOf(shown);
  const far = quarters.flatMap((quarter, index) =>
    quarter.map((value, channel) => Math.abs(value - (colours[index]?.[channel] ?? NaN))),
  );
  expect(Math.max(...far)).toBeLessThanOrEqual(tolerance);
}

/** Which stored quarter is shown at each place, by EXIF orientation (EXIF 3.0, tag 0x0112). */
const SHOWN = { 1: '0123', 2: '1032', 3: '3210', 4: '2301', 5: '0213', 6: '2031', 7: '3120', 8: '1302' };

const quartersFor = (places: string) => Array.from(places, (place) => QUARTERS[Number(place)] ?? []);

describe('variants', () => {
  test.each(Object.entries(SHOWN))('variants are upright for orientation %s', async (orientation, places) => {
    const original = await picture({ width: 1600, height: 1200, orientation: Number(orientation) });
    const { variants } = await makeVariants(original, 'image/jpeg');
    const upright = Number(orientation) < 5;
    expect([variants.medium.width, variants.medium.height]).toEqual(upright ? [1280, 960] : [960, 1280]);
    for (const variant of Object.values(variants)) await expectQuarters(variant, quartersFor(places));
  });

  test.each(['jpeg', 'png', 'webp', 'avif'] as const)('variants of a %s keep its colours', async (format) => {
    const { variants } = await makeVariants(await picture({ format, width: 800, height: 600 }), `image/${format}`);
    for (const variant of Object.values(variants)) await expectQuarters(variant, QUARTERS, 8);
  });

  test('variants of a PNG with a palette keep its colours', async () => {
    const flat = { width: 800, height: 600, channels: 3, background: '#2850d2' } as const;
    const original = await sharp({ create: flat }).png({ palette: true }).toBuffer();
    expect((await sharp(original).metadata()).isPalette).toBe(true);
    expect((await makeVariants(original, 'image/png')).color).toMatch(/^#2[789](4f|50|51)d[123]$/);
  });

  test('variants of a picture in Display P3 are in sRGB with the same colours', async () => {
    const original = await picture({ width: 800, height: 600, icc: 'p3' });
    const { variants } = await makeVariants(original, 'image/jpeg');
    for (const variant of Object.values(variants)) await expectQuarters(variant, QUARTERS, 8);
  });

  test('variants of a picture in CMYK are in sRGB with the colours that ink can show', async () => {
    const original = await picture({ width: 800, height: 600, icc: 'cmyk' });
    const { variants } = await makeVariants(original, 'image/jpeg');
    const printed = [
      [215, 38, 20],
      [62, 159, 52],
      [35, 63, 137],
      [235, 212, 20],
    ];
    for (const variant of Object.values(variants)) await expectQuarters(variant, printed, 8);
  });

  test('carry no metadata and no profile, wherever the picture was taken', async () => {
    const gps = { latitude: 41.79, longitude: -87.6 };
    const original = await picture({ width: 2400, height: 1600, takenAt: '2019-07-01T10:00:00', gps, icc: 'p3' });
    const { variants } = await makeVariants(original, 'image/jpeg');
    for (const { bytes } of [
      ...Object.values(variants),
      await makeVariant(await decodeLarge(original, 'image/jpeg'), LARGE),
    ]) {
      const { exif, icc, xmp, iptc, orientation, space } = await sharp(bytes).metadata();
      expect({ exif, icc, xmp, iptc, orientation, space }).toEqual({ space: 'srgb' });
    }
  });

  test('variants show transparency as white, 16 bits as 8, and of an animation the first picture', async () => {
    const clear = await sharp({ create: { width: 64, height: 64, channels: 4, background: '#ff000000' } })
      .png()
      .toBuffer();
    const deep = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#3070b0' } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    const frames = Buffer.concat([
      Buffer.alloc(64 * 64 * 3, 'ff0000', 'hex'),
      Buffer.alloc(64 * 64 * 3, '0000ff', 'hex'),
    ]);
    const moving = await sharp(frames, { raw: { width: 64, height: 128, channels: 3, pageHeight: 64 } })
      .gif()
      .toBuffer();
    expect((await makeVariants(clear, 'image/png')).color).toBe('#ffffff');
    expect((await makeVariants(deep, 'image/png')).color).toMatch(/^#(2f|30|31)(6f|70|71)(af|b0|b1)$/);
    expect((await makeVariants(moving, 'image/gif')).color).toMatch(/^#f[ef]0[01]0[01]$/);
  });

  test('variants have exactly the sizes that were announced before they existed, and none is enlarged', async () => {
    const side = fc.integer({ min: 1, max: 2_600 });
    await fc.assert(
      fc.asyncProperty(side, side, async (width, height) => {
        const original = await sharp({ create: { width, height, channels: 3, background: '#888' } })
          .png()
          .toBuffer();
        const { variants } = await makeVariants(original, 'image/png');
        const all = { ...variants, large: await makeVariant(await decodeLarge(original, 'image/png'), LARGE) };
        for (const [size, made] of Object.entries(all)) {
          const told = fitWithin(width, height, size as VariantSize);
          const { width: wide, height: high } = await sharp(made.bytes).metadata();
          expect({ width: wide, height: high }).toEqual(told);
          expect({ width: made.width, height: made.height }).toEqual(told);
          expect(Math.max(told.width, told.height)).toBe(
            Math.min(Math.max(width, height), VARIANT_SIZES[size as VariantSize]),
          );
        }
      }),
      { numRuns: 15 },
    );
  });

  test('variants come with a placeholder of some 25 bytes and the dominant colour', async () => {
    const { placeholder, color } = await makeVariants(await picture({ width: 640, height: 480 }), 'image/jpeg');
    expect(Buffer.from(placeholder, 'base64').length).toBeLessThan(40);
    expect(color).toMatch(/^#[0-9a-f]{6}$/);
  });
});
