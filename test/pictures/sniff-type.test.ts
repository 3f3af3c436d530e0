import { describe, expect, test } from 'vitest';
import { sniffType } from '../../src/pictures/formats.ts';
import { picture } from '../support/picture.ts';
import { realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';
import { readFileSync } from 'node:fs';

const ftyp = (...brands: string[]) => {
  const text = `${brands[0]}\0\0\0\0${brands.slice(1).join('')}`;
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + text.length);
  return Buffer.concat([Buffer.from(head.fill('ftyp', 4)), Buffer.from(text, 'latin1')]);
};

describe('the kind of a picture', () => {
  test.each(['jpeg', 'png', 'gif', 'webp', 'avif'] as const)('%s is known by its first 64 bytes', async (format) => {
    expect(sniffType((await picture({ format })).subarray(0, 64))).toBe(`image/${format}`);
  });

  test.each([
    [['heic', 'mif1', 'heic'], 'image/heic'],
    [['mif1', 'mif1', 'heic'], 'image/heic'],
    [['avif', 'mif1', 'miaf'], 'image/avif'],
    [['avis', 'avif', 'avis'], 'image/avif'],
    [['avis', 'avis', 'msf1'], undefined],
    [['qt  ', 'qt  '], undefined],
    [['isom', 'mp41'], undefined],
  ])('a container with the brands %j is %s', (brands, type) => {
    expect(sniffType(ftyp(...brands))).toBe(type);
  });

  test.each(['', 'G', 'GIF8', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'II*\0', '%PDF-1.4', 'RIFF\0\0\0\0WAVE'])(
    'bytes that begin with %j are no picture',
    (text) => expect(sniffType(Buffer.from(text, 'latin1'))).toBeUndefined(),
  );

  test.skipIf(!realPhotos)(`real files are what they hold, whatever their names say${whyNoRealPhotos}`, () => {
    const wrong = (realPhotos ?? []).filter(({ path, truth }) => {
      const type = sniffType(readFileSync(path));
      return truth.expect === 'accept' ? type !== truth.mime : type !== undefined && type !== truth.mime;
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});
