import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodeInThread } from '../../src/media/heic-thread.ts';
import { makeVariants } from '../../src/media/variants.ts';
import { realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';

const bytesOf = (name: string) => {
  const photo = realPhotos?.find((each) => each.name === name);
  if (!photo) throw new Error(`${name} is not among the real photos.`);
  return readFileSync(photo.path);
};

const MIB = 2 ** 20;

test('bytes that are no HEIC fail', async () => {
  await expect(decodeInThread(Buffer.from('no picture'))).rejects.toThrow('libheif finds no picture in the file.');
});

describe.skipIf(!realPhotos)(`HEIC${whyNoRealPhotos}`, () => {
  test('that takes more memory than it may fails, and the next one does not', async () => {
    const bytes = bytesOf('IMG_2682.heic');
    await expect(decodeInThread(bytes, { memory: 32 * MIB, time: 20_000 })).rejects.toThrow(
      'libheif cannot decode the picture.',
    );
    await expect(decodeInThread(bytes)).resolves.toMatchObject({ width: 4032, height: 3024 });
  });

  test('that takes longer than it may is given up', async () => {
    const given = decodeInThread(bytesOf('IMG_2682.heic'), { memory: 768 * MIB, time: 1 });
    await expect(given).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('that hides a much larger picture behind the size it tells is refused', async () => {
    const bytes = bytesOf('IMG_2682.heic');
    // The head of its grid of tiles (ISO/IEC 23008-12, 6.6.2.3): 6 rows, 8 columns, then width and height.
    const grid = bytes.indexOf(Buffer.of(0, 0, 5, 7, 0x0f, 0xc0, 0x0b, 0xd0));
    bytes.writeUInt16BE(20_000, grid + 4);
    bytes.writeUInt16BE(20_000, grid + 6);
    await expect(makeVariants(bytes, 'image/heic')).rejects.toMatchObject({ code: 'damaged-image' });
  });

  test('of an iPhone is shown in sRGB, its Display P3 translated', async () => {
    const bytes = bytesOf('IMG_2682.heic');
    const { width, height, data } = await decodeInThread(bytes);
    const untranslated = sharp(data, { raw: { width, height, channels: 4 } });
    const shown = sharp((await makeVariants(bytes, 'image/heic')).variants.medium.bytes);
    // Wooden slats in deep blue: outside of sRGB the more, the bluer.
    const blueness = async (image: Sharp, scale: number) => {
      const [left, top, wide, high] = [280, 250, 40, 40].map((side) => Math.round(side * scale));
      const area = { left: left ?? 0, top: top ?? 0, width: wide ?? 0, height: high ?? 0 };
      const { channels } = await sharp(await image.extract(area).removeAlpha().png().toBuffer()).stats();
      return (channels[2]?.mean ?? 0) - (channels[0]?.mean ?? 0);
    };
    expect(await blueness(shown, 1)).toBeGreaterThan((await blueness(untranslated, width / 1280)) + 5);
  });
});
