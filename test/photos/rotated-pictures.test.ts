import { readFileSync } from 'node:fs';
import request from 'supertest';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { UploadReply } from '../../src/features/photos/schemas.ts';
import { gainMapIn } from '../../src/pictures/hdr/gain-map.ts';
import { checked } from '../support/checked.ts';
import { PQ_2020, withCicp } from '../support/hdr.ts';
import { heic } from '../support/heic.ts';
import { shortened } from '../support/long-form.ts';
import { picture } from '../support/picture.ts';
import { realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';
import { bytesOf } from '../support/replies.ts';
import { tiff } from '../support/tiff.ts';
import { brightestSide, ultraHdr } from '../support/ultra-hdr.ts';
import { startWorld } from '../support/world.ts';
import { read, rotate, ROTATIONS, rotationsIn, sizeOf, turnBetween } from './turns.ts';

const world = await startWorld();
const { post, picturesOf, expectTurned } = rotationsIn(world);
const get = (url: string) => request(world.url).get(url).responseType('blob');

describe('a file that is rotated', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'a photo of EXIF orientation %i is turned from how it is shown',
    async (orientation) => {
      const ana = await world.user();
      const before = await post(ana, await picture({ width: 400, height: 240, orientation }));
      const pictures = await picturesOf(before);
      // In the short form one turn for each orientation, each turn for two or three of them.
      const turns = shortened<readonly number[]>(ROTATIONS, [ROTATIONS[orientation % 3] ?? 90]);
      for (const rotation of turns) {
        await rotate(ana, before, rotation);
        await world.drain();
        await expectTurned(pictures, await read(ana, before), rotation);
      }
    },
  );

  test.skipIf(!realPhotos).each(shortened(['Landscape_6.jpg', 'IMG_2682.heic', 'denali.webp'], ['Landscape_6.jpg']))(
    `the real photo %s is turned from how it is shown${whyNoRealPhotos}`,
    async (name) => {
      const ana = await world.user();
      const path = realPhotos?.find((each) => each.name === name)?.path ?? '';
      const before = await post(ana, readFileSync(path));
      const pictures = await picturesOf(before);
      const turned = await rotate(ana, before, 270);
      expect([turned.width, turned.height]).toEqual([before.height, before.width]);
      await world.drain();
      await expectTurned(pictures, await read(ana, before), 270);
    },
  );

  test('a HEIC is turned', async () => {
    const ana = await world.user();
    const turned = await rotate(ana, await post(ana, heic()), 90);
    expect(turned).toMatchObject({ width: 1536, height: 2048 });
    await world.drain();
    expect(await sizeOf(await world.bytesAt(turned.variants.medium.url))).toEqual({ width: 960, height: 1280 });
  });

  test('a picture of high dynamic range is turned', async () => {
    const ana = await world.user();
    const png = withCicp(await picture({ width: 400, height: 240, format: 'png' }), PQ_2020);
    const before = await post(ana, png);
    const pictures = await picturesOf(before);
    await rotate(ana, before, 90);
    await world.drain();
    await expectTurned(pictures, await read(ana, before), 90);
  });

  // Bright is what lies at the right as stored.
  test.each([
    [1, 90, 'bottom'],
    [1, 180, 'left'],
    [2, 90, 'top'],
    [3, 90, 'top'],
    [4, 270, 'top'],
    [5, 90, 'left'],
    [6, 90, 'left'],
    [7, 270, 'left'],
    [8, 180, 'bottom'],
  ])(
    'a photo of orientation %i, turned by %i degrees, has its gain map turned with it: bright at the %s',
    async (orientation, rotation, side) => {
      const ana = await world.user();
      const before = await post(ana, await ultraHdr({ width: 640, height: 320, orientation }));
      const { variants, width, height } = await rotate(ana, before, rotation);
      for (const size of ['medium', 'large'] as const) {
        const map = gainMapIn(await world.bytesAt(variants[size].url))?.image ?? Buffer.alloc(0);
        expect(await brightestSide(map)).toBe(side);
        const shape = await sizeOf(map);
        expect(shape.width > shape.height).toBe(width > height);
      }
    },
  );

  test('an animated picture is turned by its first frame', async () => {
    const ana = await world.user();
    const frames = await Promise.all([1, 2].map((seed) => picture({ width: 200, height: 120, format: 'png', seed })));
    const moving = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect((await sharp(moving).metadata()).pages).toBe(2);
    const before = await post(ana, moving);
    const pictures = await picturesOf(before);
    await rotate(ana, before, 90);
    await world.drain();
    await expectTurned(pictures, await read(ana, before), 90);
    expect((await world.bytesAt(before.original.url)).equals(moving)).toBe(true);
  });

  test('a picture that is shown by its preview is turned with the preview', async () => {
    const ana = await world.user();
    const form = ana.post('/v1/photos').attach('image', await tiff(), 'raw.tif');
    const { body } = await form.attach('preview', await picture({ width: 320, height: 200 }), 'raw.jpg').expect(201);
    await world.drain();
    const before = await read(ana, checked(UploadReply, body).photo);
    const pictures = await picturesOf(before);
    expect(await rotate(ana, before, 90)).toMatchObject({ width: 200, height: 320 });
    await world.drain();
    await expectTurned(pictures, await read(ana, before), 90);
  });
});

describe('pictures of a rotated photo', () => {
  test('a URL from before the rotation shows the current picture, and is not kept by caches', async () => {
    const ana = await world.user();
    const before = await post(ana, await picture({ width: 400, height: 240 }));
    const pictures = await picturesOf(before);
    await rotate(ana, before, 90);
    await world.drain();
    const old = await get(before.variants.thumb.url).expect(200);
    expect(await turnBetween(pictures['thumb']!, bytesOf(old))).toBe(90);
    expect(old.headers['cache-control']).toContain('no-cache');
    const etag = old.headers['etag'] as string;
    await get(before.variants.thumb.url).set('If-None-Match', etag).expect(304);

    const current = await get((await read(ana, before)).variants.thumb.url).expect(200);
    expect(current.headers['etag']).toBe(etag);
    expect(current.headers['cache-control']).toContain('immutable');
  });

  test('the owner without a signed URL gets the current turn at once', async () => {
    const ana = await world.user();
    const before = await post(ana, await picture({ width: 400, height: 240 }));
    const thumb = () => ana.get(`/v1/photos/${before.id}/image/thumb`).responseType('blob');
    const first = await thumb().expect(200);
    await rotate(ana, before, 90);
    const second = await thumb().set('If-None-Match', String(first.headers['etag'])).expect(200);
    expect(await turnBetween(bytesOf(first), bytesOf(second))).toBe(90);
  });

  test('a URL that names no turn of the photo shows the current one', async () => {
    const ana = await world.user();
    const before = await post(ana, await picture({ width: 400, height: 240 }));
    const reply = await get(`${before.variants.thumb.url}&v=7`).expect(200);
    expect(await sizeOf(bytesOf(reply))).toEqual({ width: 256, height: 154 });
    expect(reply.headers['cache-control']).toContain('no-cache');
    await get(`${before.variants.thumb.url}&v=x`).expect(400);
  });

  test('other formats are turned, also those that were decoded just before the rotation', async () => {
    const ana = await world.user();
    const before = await post(ana, await picture({ width: 400, height: 240 }));
    const webp = await world.bytesAt(`${before.variants.large.url}&format=webp`);
    const turned = await rotate(ana, before, 90);
    expect(await turnBetween(webp, await world.bytesAt(`${turned.variants.large.url}&format=webp`))).toBe(90);
  });
});
