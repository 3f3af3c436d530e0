import sharp from 'sharp';
import { expect } from 'vitest';
import { Photo, UploadReply } from '../../src/features/photos/schemas.ts';
import { checked } from '../support/checked.ts';
import type { TestUser } from '../support/test-user.ts';
import type { World } from '../support/world.ts';

export const SIZES = ['thumb', 'small', 'medium', 'large'] as const;
export const ROTATIONS = [90, 180, 270] as const;

/** The pictures of a photo by size. */
type Pictures = Record<string, Buffer>;

/** What tests of rotations do in a world. */
export function rotationsIn(world: World) {
  const picturesOf = async ({ variants }: Photo): Promise<Pictures> =>
    Object.fromEntries(
      await Promise.all(SIZES.map(async (size) => [size, await world.bytesAt(variants[size].url)] as const)),
    );
  const objectsOf = async ({ id }: Photo) =>
    (await world.objects()).filter((name) => name.includes(`/${id}`) && name.startsWith('variants/'));

  return {
    /** Uploads a photo, and waits until its pictures are there. */
    async post(user: TestUser, bytes: Buffer): Promise<Photo> {
      const { body } = await user.upload(bytes, { query: '?duplicates=allow' }).expect(201);
      await world.drain();
      return read(user, checked(UploadReply, body).photo);
    },
    picturesOf,
    /** The names of the pictures in the bucket. */
    objectsOf,
    /** The recipe and the turn in the names of the pictures in the bucket. */
    makingsOf: async (photo: Photo) => [...new Set((await objectsOf(photo)).map((name) => name.split('/')[3]))],
    /** Checks that every size of a turned photo shows the former picture so, in the size that was told of it. */
    async expectTurned(before: Pictures, photo: Photo, rotation: number): Promise<void> {
      for (const [size, bytes] of Object.entries(await picturesOf(photo))) {
        const { width, height } = photo.variants[size as (typeof SIZES)[number]];
        expect(await sizeOf(bytes)).toEqual({ width, height });
        expect(await turnBetween(before[size]!, bytes)).toBe(rotation);
      }
    },
  };
}

export const read = (user: TestUser, { id }: Pick<Photo, 'id'>) => user.read(`/v1/photos/${id}`, Photo);

export async function rotate(user: TestUser, { id }: Pick<Photo, 'id'>, rotation: number): Promise<Photo> {
  return checked(Photo, (await user.patch(`/v1/photos/${id}`).send({ rotation }).expect(200)).body);
}

export async function sizeOf(bytes: Buffer): Promise<{ width: number; height: number }> {
  const { width, height } = await sharp(bytes).metadata();
  return { width, height };
}

/** By how many degrees clockwise the second picture must have been turned. */
export async function turnBetween(before: Buffer, after: Buffer): Promise<number | undefined> {
  const shown = await coarse(after);
  const fitting: number[] = [];
  for (const rotation of [0, ...ROTATIONS]) {
    if (difference(await coarse(before, rotation), shown) < 6) fitting.push(rotation);
  }
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** A picture in 12 x 12 pixels, turned by `rotation`. */
const coarse = async (bytes: Buffer, rotation = 0) =>
  sharp(await sharp(bytes).resize(12, 12, { fit: 'fill' }).png().toBuffer())
    .rotate(rotation)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();

/** By how much two pictures differ, as the mean of 0 to 255. */
const difference = (one: Buffer, other: Buffer) =>
  one.reduce((sum, value, at) => sum + Math.abs(value - (other[at] ?? 0)), 0) / one.length;
