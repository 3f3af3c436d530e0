import { readFileSync } from 'node:fs';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodeInThread } from '../../src/pictures/decoding/heic-thread.ts';
import { makeVariants } from '../../src/pictures/variants/variants.ts';
import { heic } from '../support/heic.ts';
import { realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';

const bytesOf = (name: string) => {
  const photo = realPhotos?.find((each) => each.name === name);
  if (!photo) throw new Error(`${name} is not among the real photos.`);
  return readFileSync(photo.path);
};

const MIB = 2 ** 20;

test('bytes that are no HEIC are at fault themselves', async () => {
  const given = decodeInThread(Buffer.from('no picture'));
  await expect(given).rejects.toMatchObject({
    code: 'damaged-image',
    cause: { message: 'libheif finds no picture in the file.' },
  });
});

test('a picture cut short inside its coded data is damaged', async () => {
  const bytes = heic();
  bytes.fill(0, bytes.length - 800);
  await expect(decodeInThread(bytes)).rejects.toMatchObject({ code: 'damaged-image' });
});

test('a decode that takes more memory than it may is told so, and the next one is done', async () => {
  const given = decodeInThread(heic(), { activeMs: 20_000, heicBytes: 24 * MIB });
  await expect(given).rejects.toMatchObject({ code: 'decode-memory', headers: { 'Retry-After': '10' } });
  await expect(decodeInThread(heic())).resolves.toMatchObject({ width: 2048, height: 1536 });
});

test('a decode that computes longer than it may is given up', async () => {
  const given = decodeInThread(heic(), { activeMs: 1, heicBytes: 768 * MIB });
  await expect(given).rejects.toMatchObject({ code: 'decode-timeout' });
});

describe.skipIf(!realPhotos)(`HEIC${whyNoRealPhotos}`, () => {
  test('a HEIC that takes more memory than it may is not reported as damaged', async () => {
    const given = decodeInThread(bytesOf('IMG_2682.heic'), { activeMs: 20_000, heicBytes: 32 * MIB });
    await expect(given).rejects.toMatchObject({ code: 'decode-memory' });
  });

  test('a HEIC that hides a much larger picture behind its declared size is refused', async () => {
    const bytes = bytesOf('IMG_2682.heic');
    // The head of its grid of tiles (ISO/IEC 23008-12, 6.6.2.3): 6 rows, 8 columns, then width and height.
    const grid = bytes.indexOf(Buffer.of(0, 0, 5, 7, 0x0f, 0xc0, 0x0b, 0xd0));
    bytes.writeUInt16BE(20_000, grid + 4);
    bytes.writeUInt16BE(20_000, grid + 6);
    await expect(makeVariants(bytes, 'image/heic')).rejects.toMatchObject({ code: 'damaged-image' });
  });

  test('a HEIC of an iPhone is shown in sRGB, its Display P3 converted', async () => {
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
