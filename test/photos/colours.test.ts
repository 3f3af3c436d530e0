import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { UploadReply } from '../../src/features/photos/schemas.ts';
import { withProfile } from '../../src/pictures/decoding/heic.ts';
import { checked } from '../support/checked.ts';
import { ADOBE_RGB, DISPLAY_P3, inSrgb, profileOf } from '../support/colour-space.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const ana = await world.user();

const SIDE = 64;

/** All of them are within sRGB, wherever they come from. */
const COLOURS = [
  [128, 128, 128],
  [200, 120, 60],
  [90, 150, 110],
  [60, 90, 170],
  [240, 235, 220],
  [20, 30, 25],
] as const;

const flat = (colour: readonly number[]) => {
  const [r = 0, g = 0, b = 0] = colour;
  return sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: { r, g, b } } });
};

/** A JPEG whose numbers are `colour` as they stand, with `profile` in a segment of its own (ICC.1:2001-04, annex B.4). */
async function jpegWith(profile: Buffer, colour: readonly number[]): Promise<Buffer> {
  const bytes = await flat(colour).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
  const body = Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), profile]);
  const head = Buffer.of(0xff, 0xe2, 0, 0);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([bytes.subarray(0, 2), head, body, bytes.subarray(2)]);
}

/** The colour in the middle of each size of an uploaded picture. */
async function shownColours(bytes: Buffer): Promise<number[][]> {
  const { body } = await ana.upload(bytes).expect(201);
  const { variants } = checked(UploadReply, body).photo;
  return Promise.all([variants.thumb, variants.medium].map(async ({ url }) => middleOf(await world.bytesAt(url))));
}

async function middleOf(bytes: Buffer): Promise<number[]> {
  const { hasProfile, space, channels } = await sharp(bytes).metadata();
  expect({ hasProfile, space, channels }).toEqual({ hasProfile: false, space: 'srgb', channels: 3 });
  const { data } = await sharp(bytes)
    .extract({ left: 30, top: 30, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data];
}

/** How far the most different of the three channels is off. */
const distance = (shown: readonly number[], meant: readonly number[]) =>
  Math.max(...meant.map((value, channel) => Math.abs(value - (shown[channel] ?? NaN))));

describe.each([
  ['Adobe RGB', ADOBE_RGB],
  ['Display P3', DISPLAY_P3],
])('a picture in %s', (_, space) => {
  test.each(COLOURS)('shows (%i, %i, %i) as the colour of sRGB that looks so', async (...colour) => {
    const looksSo = inSrgb(space, colour);
    for (const shown of await shownColours(await jpegWith(profileOf(space), colour)))
      expect(distance(shown, looksSo)).toBeLessThanOrEqual(3);
  });

  test('a picture of 16 bits a channel keeps its colours', async () => {
    const colour = COLOURS[2];
    const png = await flat(colour).toColourspace('rgb16').png().toBuffer();
    const looksSo = inSrgb(space, colour);
    for (const shown of await shownColours(withProfile(png, profileOf(space))))
      expect(distance(shown, looksSo)).toBeLessThanOrEqual(3);
  });
});
