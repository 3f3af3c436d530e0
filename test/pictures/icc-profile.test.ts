import sharp from 'sharp';
import { expect, test } from 'vitest';
import { withProfile } from '../../src/pictures/decoding/heic.ts';
import { picture, QUARTERS } from '../support/picture.ts';

test('pixels of Display P3 that get their profile back are shown in the colours they were made in', async () => {
  const wide = sharp(await picture({ format: 'png', width: 64, height: 64, icc: 'p3' }));
  const { icc } = await wide.metadata();
  if (!icc) throw new Error('The picture has no profile.');
  const { data, info } = await wide.keepIccProfile().raw().toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: 3 } as const;
  const bare = await sharp(data, { raw }).png().toBuffer();

  const corner = async (png: Buffer) => [
    ...(await sharp(png).extract({ left: 0, top: 0, width: 1, height: 1 }).raw().toBuffer()),
  ];
  const distance = (colour: number[]) =>
    Math.max(...colour.map((value, index) => Math.abs(value - (QUARTERS[0][index] ?? 0))));
  expect(distance(await corner(bare))).toBeGreaterThan(8);
  expect(distance(await corner(withProfile(bare, icc)))).toBeLessThan(4);
});
