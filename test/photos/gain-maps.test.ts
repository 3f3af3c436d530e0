import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { UploadReply } from '../../src/features/photos/schemas.ts';
import { gainMapIn } from '../../src/pictures/hdr/gain-map.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';
import { brightestSide, mapSizes, ultraHdr } from '../support/ultra-hdr.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const ana = await world.user();

interface Told {
  url: string;
  width: number;
  height: number;
}

/** Every size of an uploaded picture: what was told of it, and its bytes. */
async function sizesOf(bytes: Buffer): Promise<Record<string, { told: Told; bytes: Buffer }>> {
  const { body } = await ana.upload(bytes, { query: '?duplicates=allow' }).expect(201);
  await world.drain();
  const { variants } = checked(UploadReply, body).photo;
  const all = Object.entries(variants).map(async ([size, told]) => [
    size,
    { told, bytes: await world.bytesAt(told.url) },
  ]);
  return Object.fromEntries(await Promise.all(all)) as Record<string, { told: Told; bytes: Buffer }>;
}

const mapOf = (bytes: Buffer | undefined) => gainMapIn(bytes ?? Buffer.alloc(0));

const sizeOf = async (bytes: Buffer | undefined) => {
  const { width, height } = await sharp(bytes).metadata();
  return { width, height };
};

describe('a photo with a gain map', () => {
  test('a photo with a gain map keeps it in medium and large, at their scale, and in no other size', async () => {
    const sizes = await sizesOf(await ultraHdr({ width: 2400, height: 600 }));
    const maps = mapSizes(Object.values(sizes).map(({ bytes }) => bytes));
    expect(Object.fromEntries(Object.keys(sizes).map((size, at) => [size, maps[at]]))).toEqual({
      thumb: null,
      small: null,
      medium: { width: 640, height: 160 },
      large: { width: 1024, height: 256 },
    });
    for (const { told, bytes } of Object.values(sizes)) {
      expect(await sizeOf(bytes)).toEqual({ width: told.width, height: told.height });
    }
  });

  test('a photo with a gain map keeps nothing else that its file says', async () => {
    const original = await ultraHdr({ width: 640, height: 480 });
    expect(original.includes('Telltale')).toBe(true);
    for (const { bytes } of Object.values(await sizesOf(original))) {
      const { exif, icc, iptc } = await sharp(bytes).metadata();
      expect({ exif, icc, iptc }).toEqual({});
      for (const trace of ['Telltale', 'Exif\0\0', 'ICC_PROFILE', 'google libuhdr'])
        expect(bytes.includes(trace)).toBe(false);
    }
  });

  test('a variant has a gain map with the values of the original', async () => {
    const original = await ultraHdr({ width: 640, height: 480 });
    const { medium } = await sizesOf(original);
    const [before, after] = [original, medium?.bytes].map((bytes) => mapOf(bytes)?.metadata);
    expect(after?.max[0]).toBeCloseTo(before?.max[0] ?? NaN, 5);
    expect(after?.alternateHeadroom).toBeCloseTo(before?.alternateHeadroom ?? NaN, 5);
  });

  // Bright is what lies at the right as stored.
  test.each([
    [1, 'right'],
    [3, 'left'],
    [5, 'bottom'],
    [6, 'bottom'],
    [8, 'top'],
  ])('a photo of orientation %i has its gain map turned with it: bright at the %s', async (orientation, side) => {
    const { medium } = await sizesOf(await ultraHdr({ width: 640, height: 320, orientation }));
    const map = mapOf(medium?.bytes)?.image;
    expect(await brightestSide(map ?? Buffer.alloc(0))).toBe(side);
    expect((await sizeOf(map)).width < (await sizeOf(map)).height).toBe(orientation >= 5);
  });

  test('a photo with a gain map is plain in formats other than JPEG', async () => {
    const sizes = await sizesOf(await ultraHdr({ width: 640, height: 480 }));
    const webp = await world.bytesAt(`${sizes['medium']?.told.url}&format=webp`);
    expect(webp.includes('hdrgm')).toBe(false);
  });

  test('a photo with a broken gain map is shown without it', async () => {
    const original = await ultraHdr({ width: 640, height: 480 });
    const map = mapOf(original)?.image;
    // Its height becomes none.
    map?.writeUInt16BE(0, map.lastIndexOf(Buffer.of(0xff, 0xc0)) + 5);
    const { medium } = await sizesOf(original);
    expect(await sizeOf(medium?.bytes)).toEqual({ width: 640, height: 480 });
    expect(medium?.bytes.includes('hdrgm')).toBe(false);
  });

  test.skipIf(!realPhotos)(
    `a photo by Adobe with three numbers a field keeps its gain map${whyNoRealPhotos}`,
    async () => {
      const path = realPhotos?.find(({ name }) => name === 'seine_sdr_gainmap_srgb.jpg')?.path ?? '';
      const original = readFileSync(path);
      const { thumb, medium, large } = await sizesOf(original);
      const kept = [medium, large].map((size) => size?.bytes ?? Buffer.alloc(0));
      expect(mapSizes(kept)).toEqual(kept.map(() => ({ width: 400, height: 300 })));
      for (const bytes of kept) {
        expect(mapOf(bytes)?.metadata).toMatchObject({
          min: [-0.256907, -0.261365, -0.280284],
          max: [1.277177, 1.277203, 1.277969],
          gamma: [0.953784, 0.941095, 0.919422],
          alternateHeadroom: 1.3,
        });
        // Of its 42 KB of XMP and its EXIF nothing is there.
        for (const trace of ['Pixel', 'Photoshop', 'GCamera', '2023']) expect(bytes.includes(trace)).toBe(false);
      }
      expect(thumb?.bytes.includes('hdrgm')).toBe(false);
    },
  );
});

test('a photo without a gain map has none in any size', async () => {
  for (const { bytes } of Object.values(await sizesOf(await picture({ width: 640, height: 480 })))) {
    for (const trace of ['MPF\0', 'hdrgm', '21496']) expect(bytes.includes(trace)).toBe(false);
  }
});
