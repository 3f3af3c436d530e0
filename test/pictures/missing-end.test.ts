import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { DecodeQueue } from '../../src/pictures/decoding/decode-queue.ts';
import type { ImageType } from '../../src/pictures/formats.ts';
import { requireWhole } from '../../src/pictures/decoding/missing-end.ts';
import { memorySource } from '../../src/pictures/parsers/source-parser.ts';
import { picture } from '../support/picture.ts';

const decodes = new DecodeQueue();

/** Whether bytes without an end marker are taken for a whole picture. */
async function isWhole(type: ImageType, bytes: Buffer): Promise<boolean> {
  try {
    await requireWhole(decodes, { user: 'ana', type, missing: 'marker', source: memorySource(bytes) });
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'damaged-image' });
    return false;
  }
}

/** Whole but for their marker, which has so many bytes. */
const files: [string, ImageType, number, Buffer][] = await Promise.all(
  [
    { width: 16, height: 16 },
    { width: 97, height: 65 },
    { width: 900, height: 700 },
    { width: 333, height: 1001 },
  ].flatMap((size) =>
    (['jpeg', 'progressive jpeg', 'full colour jpeg', 'png'] as const).map(
      async (kind): Promise<(typeof files)[number]> => {
        const pixels = sharp(await picture({ ...size, format: 'png', seed: size.width }));
        const name = `${kind} of ${size.width} x ${size.height}`;
        if (kind === 'png') return [name, 'image/png', 12, await pixels.png({ compressionLevel: 1 }).toBuffer()];
        const options = {
          progressive: kind.startsWith('progressive'),
          chromaSubsampling: kind.startsWith('full') ? '4:4:4' : '4:2:0',
        };
        return [name, 'image/jpeg', 2, await pixels.jpeg(options).toBuffer()];
      },
    ),
  ),
);

describe('a picture without its end marker is whole', () => {
  test.each(files)('until a byte more is missing: %s', async (_, type, marker, bytes) => {
    expect(await isWhole(type, bytes.subarray(0, -marker))).toBe(true);
    const cuts = [1, 2, 3, 5, 8, 20, 50, 0.1 * bytes.length, 0.5 * bytes.length].map((cut) => Math.floor(cut) + marker);
    for (const cut of cuts.filter((cut) => cut < 0.6 * bytes.length)) {
      expect({ cut, whole: await isWhole(type, bytes.subarray(0, -cut)) }).toEqual({ cut, whole: false });
    }
  });
});
