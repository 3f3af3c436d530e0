import { readFileSync } from 'node:fs';
import request from 'supertest';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { PhotoKind } from '../../src/data/model/entity-kinds.ts';
import { keyOf } from '../../src/data/model/kind.ts';
import { Me } from '../../src/features/accounts/schemas.ts';
import { compare } from '../../src/features/audit/compare.ts';
import { type Photo, Photo as PhotoSchema, UploadReply } from '../../src/features/photos/schemas.ts';
import type { UserId } from '../../src/runtime/ids.ts';
import { gainMapIn } from '../../src/pictures/hdr/gain-map.ts';
import { checked } from '../support/checked.ts';
import { PQ_2020, withCicp } from '../support/hdr.ts';
import { heic } from '../support/heic.ts';
import { picture } from '../support/picture.ts';
import { realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';
import { bytesOf, problemOf } from '../support/replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { tiff } from '../support/tiff.ts';
import { ultraHdr } from '../support/ultra-hdr.ts';
import { START, startWorld } from '../support/world.ts';

const world = await startWorld();

const SIZES = ['thumb', 'small', 'medium', 'large'] as const;
const ROTATIONS = [90, 180, 270] as const;

async function post(user: TestUser, bytes: Buffer): Promise<Photo> {
  const { body } = await user.upload(bytes, { query: '?duplicates=allow' }).expect(201);
  await world.drain();
  return read(user, checked(UploadReply, body).photo);
}

const read = (user: TestUser, { id }: Photo) => user.read(`/v1/photos/${id}`, PhotoSchema);

async function rotate(user: TestUser, { id }: Pick<Photo, 'id'>, rotation: number): Promise<Photo> {
  return checked(PhotoSchema, (await user.patch(`/v1/photos/${id}`).send({ rotation }).expect(200)).body);
}

/** Lets days pass without the app. */
async function days(count: number): Promise<void> {
  await world.cloud.appIsGone();
  await world.advance(count * 24 * 3_600_000);
  await world.cloud.appIsAt(world.url);
}

const get = (url: string) => request(world.url).get(url).responseType('blob');
const bytesAt = async (url: string) => bytesOf(await get(url).expect(200));

const sizeOf = async (bytes: Buffer) => {
  const { width, height } = await sharp(bytes).metadata();
  return { width, height };
};

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

/** By how many degrees clockwise the second picture must have been turned. */
async function turnBetween(before: Buffer, after: Buffer): Promise<number | undefined> {
  const shown = await coarse(after);
  const fitting: number[] = [];
  for (const rotation of [0, ...ROTATIONS]) {
    if (difference(await coarse(before, rotation), shown) < 6) fitting.push(rotation);
  }
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** Checks that every size of a turned photo shows the former picture so, in the size that was told of it. */
async function expectTurned(before: Record<string, Buffer>, photo: Photo, rotation: number): Promise<void> {
  for (const size of SIZES) {
    const bytes = await bytesAt(photo.variants[size].url);
    const { width, height } = photo.variants[size];
    expect(await sizeOf(bytes)).toEqual({ width, height });
    expect(await turnBetween(before[size]!, bytes)).toBe(rotation);
  }
}

const picturesOf = async ({ variants }: Photo): Promise<Record<string, Buffer>> =>
  Object.fromEntries(await Promise.all(SIZES.map(async (size) => [size, await bytesAt(variants[size].url)] as const)));

const objectsOf = async ({ id }: Photo) =>
  (await world.objects()).filter((name) => name.includes(`/${id}`) && name.startsWith('variants/'));

const makingsOf = async (photo: Photo) => [...new Set((await objectsOf(photo)).map((name) => name.split('/')[3]))];

describe('the rotation of a photo', () => {
  test('a rotated photo has its new shape, URLs and cache keys at once, and its original stays the same', async () => {
    const ana = await world.user();
    const original = await picture({ width: 1600, height: 900 });
    const before = await post(ana, original);
    expect(before).toMatchObject({ rotation: 0, width: 1600, height: 900 });
    const pictures = await picturesOf(before);

    const turned = await rotate(ana, before, 90);
    expect(turned).toMatchObject({ rotation: 90, width: 900, height: 1600, state: 'pending', revision: 2 });
    for (const size of SIZES) {
      expect(turned.variants[size].cacheKey).not.toBe(before.variants[size].cacheKey);
      expect(turned.variants[size].width).toBe(before.variants[size].height);
    }
    await expectTurned(pictures, turned, 90);
    expect((await bytesAt(turned.original.url)).equals(original)).toBe(true);
    expect(turned.original).toEqual(before.original);
    expect(turned.sha256).toBe(before.sha256);

    await world.drain();
    const ready = await read(ana, before);
    expect(ready).toMatchObject({ rotation: 90, state: 'ready', width: 900, height: 1600, variants: turned.variants });
    expect(ready.placeholder).not.toBe(before.placeholder);
    expect(ready.color).toMatch(/^#/);
    await expectTurned(pictures, ready, 90);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'a photo of EXIF orientation %i is turned from how it is shown, by 90, 180 and 270 degrees',
    async (orientation) => {
      const ana = await world.user();
      const before = await post(ana, await picture({ width: 400, height: 240, orientation }));
      const pictures = await picturesOf(before);
      for (const rotation of ROTATIONS) {
        await rotate(ana, before, rotation);
        await world.drain();
        await expectTurned(pictures, await read(ana, before), rotation);
      }
    },
  );

  test.skipIf(!realPhotos).each(['Landscape_6.jpg', 'IMG_2682.heic', 'denali.webp'])(
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
    expect(await sizeOf(await bytesAt(turned.variants.medium.url))).toEqual({ width: 960, height: 1280 });
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
        const map = gainMapIn(await bytesAt(variants[size].url))?.image;
        const { data } = await sharp(map)
          .resize(9, 9, { fit: 'fill' })
          .toColourspace('b-w')
          .raw()
          .toBuffer({ resolveWithObject: true });
        const at = { left: 4 * 9, right: 4 * 9 + 8, top: 4, bottom: 8 * 9 + 4 };
        const brightest = Object.entries(at).sort(([, one], [, other]) => (data[other] ?? 0) - (data[one] ?? 0))[0];
        expect(brightest?.[0]).toBe(side);
        const shape = await sharp(map).metadata();
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
    expect((await bytesAt(before.original.url)).equals(moving)).toBe(true);
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

  test('an undone rotation shows the first pictures again, under new cache keys', async () => {
    const ana = await world.user();
    const before = await post(ana, await picture({ width: 800, height: 500 }));
    const pictures = await picturesOf(before);
    const turned = await rotate(ana, before, 180);
    const undone = await rotate(ana, before, 0);
    expect(undone).toMatchObject({ rotation: 0, width: 800, height: 500, revision: 3 });
    const keys = [before, turned, undone].map(({ variants }) => variants.thumb.cacheKey);
    expect(new Set(keys).size).toBe(3);
    await world.drain();
    const ready = await read(ana, before);
    for (const size of SIZES) expect((await bytesAt(ready.variants[size].url)).equals(pictures[size]!)).toBe(true);
    expect(ready).toMatchObject({ placeholder: before.placeholder, color: before.color, state: 'ready' });
  });

  test('the same rotation once more changes no picture', async () => {
    const ana = await world.user();
    const before = await post(ana, await picture());
    const turned = await rotate(ana, before, 90);
    await world.drain();
    const again = await rotate(ana, before, 90);
    expect(again).toMatchObject({ state: 'ready', variants: turned.variants, revision: 3 });
  });

  test.each([45, -90, 360, '90', null])('the rotation %j is refused by name', async (rotation) => {
    const ana = await world.user();
    const { id } = await post(ana, await picture());
    const problem = problemOf(await ana.patch(`/v1/photos/${id}`).send({ rotation }).expect(400));
    expect(problem.errors).toMatchObject([{ pointer: '/rotation' }]);
  });

  test('a rotation on a stale revision changes nothing', async () => {
    const ana = await world.user();
    const before = await post(ana, await picture());
    const edit = ana.patch(`/v1/photos/${before.id}`).set('If-Match', '"1"').send({ rotation: 90 });
    expect((await edit.expect(200)).body.rotation).toBe(90);
    const late = ana.patch(`/v1/photos/${before.id}`).set('If-Match', '"1"').send({ rotation: 180 });
    expect(problemOf(await late.expect(412)).current).toMatchObject({ rotation: 90, revision: 2 });
  });

  test('a batch turns each of its photos, and twice the one that it names twice', async () => {
    const ana = await world.user();
    const photos = [await post(ana, await picture()), await post(ana, await picture())] as const;
    const pictures = await Promise.all(photos.map(picturesOf));
    const items = [
      { id: photos[0].id, rotation: 90 },
      { id: photos[1].id, rotation: 180 },
      { id: photos[0].id, rotation: 270 },
      { id: photos[1].id, ifMatch: '"1"', rotation: 0 },
    ];
    const { body } = await ana.patch('/v1/photos/batch').send({ items }).expect(200);
    expect(body.results).toMatchObject([
      { photo: { rotation: 90 } },
      { photo: { rotation: 180 } },
      { photo: { rotation: 270 } },
      { problem: { code: 'precondition-failed' } },
    ]);
    await world.drain();
    await expectTurned(pictures[0]!, await read(ana, photos[0]), 270);
    await expectTurned(pictures[1]!, await read(ana, photos[1]), 180);
    expect(await makingsOf(photos[0])).toEqual(['2.2']);
  });

  test('the change feed tells of a rotation, and of the finished pictures', async () => {
    const ana = await world.user();
    const before = await post(ana, await picture());
    const since = async (token: string) => (await ana.get(`/v1/changes?token=${token}`).expect(200)).body;
    const { token } = await since('latest');
    await rotate(ana, before, 90);
    const turned = await since(token as string);
    expect(turned.changes).toMatchObject([
      { type: 'upsert', photo: { id: before.id, rotation: 90, state: 'pending' } },
    ]);
    await world.drain();
    const ready = await since(turned.token as string);
    expect(ready.changes).toMatchObject([{ photo: { id: before.id, rotation: 90, state: 'ready', revision: 2 } }]);
  });

  test('lists show the rotation, and strangers get the turned pictures', async () => {
    const ana = await world.user();
    await ana.patch('/v1/me').send({ visibility: 'public' }).expect(200);
    const before = await post(ana, await picture({ width: 400, height: 240 }));
    const turned = await rotate(ana, before, 90);
    await world.drain();
    const own = (await ana.get('/v1/timeline').expect(200)).body.items as Photo[];
    expect(own).toMatchObject([{ rotation: 90, width: 240, height: 400, variants: turned.variants }]);
    const { body } = await request(world.url).get(`/v1/users/${ana.name}/timeline`).expect(200);
    const [shown] = body.items as Photo[];
    expect(shown).toMatchObject({ width: 240, height: 400 });
    expect(await sizeOf(await bytesAt(shown!.variants.small.url))).toEqual({ width: 240, height: 400 });
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
    const webp = await bytesAt(`${before.variants.large.url}&format=webp`);
    const turned = await rotate(ana, before, 90);
    expect(await turnBetween(webp, await bytesAt(`${turned.variants.large.url}&format=webp`))).toBe(90);
  });
});

describe('objects of a rotated photo', () => {
  test('a rotation leaves the pictures of the current turn alone in the bucket', async () => {
    const ana = await world.user();
    const before = await post(ana, await picture({ width: 400, height: 240 }));
    await picturesOf(before);
    await bytesAt(`${before.variants.small.url}&format=avif`);
    for (const rotation of [90, 180, 0]) {
      const turned = await rotate(ana, before, rotation);
      await picturesOf(turned);
      await world.drain();
    }
    expect(await makingsOf(before)).toEqual(['2.3']);
    expect(await objectsOf(before)).toHaveLength(SIZES.length);
  });

  test('two rotations with the job between them end with the pictures of the second, and with no others', async () => {
    const ana = await world.user();
    const before = await post(ana, await picture({ width: 2400, height: 1600 }));
    const pictures = await picturesOf(before);
    await rotate(ana, before, 90);
    // The job is decoding, or about to, when the second one comes.
    await Promise.all([world.drain(), rotate(ana, before, 180), bytesAt(before.variants.large.url)]);
    await world.drain();
    const ready = await read(ana, before);
    expect(ready).toMatchObject({ rotation: 180, state: 'ready', width: 2400, height: 1600 });
    expect(await makingsOf(before)).toEqual(['2.2']);
    await expectTurned(pictures, ready, 180);
  });

  test('a photo that is turned before its first pictures exist gets those of the turn', async () => {
    const ana = await world.user();
    const { body } = await ana.upload(await picture({ width: 400, height: 240 })).expect(201);
    const { photo } = checked(UploadReply, body);
    const turned = await rotate(ana, photo, 90);
    await world.drain();
    expect(await read(ana, photo)).toMatchObject({ state: 'ready', width: 240, height: 400 });
    expect(await sizeOf(await bytesAt(turned.variants.small.url))).toEqual({ width: 240, height: 400 });
    expect(await makingsOf(photo)).toEqual(['2.1']);
  });

  test('a rotated photo that is erased leaves no object behind, and the audit finds no fault', async () => {
    const ana = await world.user();
    const [kept, erased] = [await post(ana, await picture()), await post(ana, await picture())];
    for (const photo of [kept, erased]) await picturesOf(await rotate(ana, photo, 90));
    await world.drain();
    await ana.delete(`/v1/photos/${erased.id}`).expect(204);
    await ana.delete(`/v1/trash/${erased.id}`).expect(204);
    await world.drain();
    const owner = (await ana.read('/v1/me', Me)).id;
    const left = (await world.objects()).filter((name) => name.includes(`/${owner}/`));
    expect(left.filter((name) => name.includes(erased.id))).toEqual([]);
    expect(left).toHaveLength(1 + SIZES.length);

    await world.advance(3_600_000);
    expect(await world.cloud.runCron('/cron/audit')).toBe(200);
    await world.drain();
    const { body } = await (await world.user(ana.name)).get('/v1/me/audit').expect(200);
    expect(body.audit).toMatchObject({ ok: true, missing: 0, damaged: 0, named: [], remade: 0, removed: 0 });
  });

  test('an old photo that has just been rotated and waits for its pictures is no fault to an audit', async () => {
    const ana = await world.user();
    const { id } = await post(ana, await picture());
    const owner = (await ana.read('/v1/me', Me)).id as UserId;
    await days(3);
    await rotate(await world.user(ana.name), { id }, 90);
    const key = keyOf(world.datastore, owner, PhotoKind, id);
    const [entity] = await world.datastore.get(key);
    const photo = PhotoKind.decode(entity as Record<string, unknown>, key);
    expect(photo.state).toBe('pending');
    const { object: name, bytes: size, crc32c, md5 } = photo;
    const range = { photos: [photo], originals: [{ name, size, crc32c, md5, createdAt: START }], variants: [] };
    expect(compare(range, world.clock.now())).toMatchObject({ missing: [], damaged: [], incomplete: [] });
    expect(compare(range, world.clock.now() + 24 * 3_600_000)).toMatchObject({ incomplete: [id] });
    await world.drain();
  });

  test('an audit removes pictures of an earlier rotation that a stopped process has left behind', async () => {
    const ana = await world.user();
    const photo = await post(ana, await picture());
    await rotate(ana, photo, 90);
    await world.drain();
    const owner = (await ana.read('/v1/me', Me)).id;
    await world.bucket.file(`variants/${owner}/${photo.id}/2/large.jpg`).save('left', { resumable: false });
    await days(3);
    expect(await world.cloud.runCron('/cron/audit')).toBe(200);
    await world.drain();
    expect(await makingsOf(photo)).toEqual(['2.1']);
    const { body } = await (await world.user(ana.name)).get('/v1/me/audit').expect(200);
    expect(body.audit).toMatchObject({ ok: true, removed: 1, remade: 0 });
  });

  test('pictures of an old photo that is turned say nothing of how long uploads wait', async () => {
    const ana = await world.user();
    const { body } = await ana.upload(await picture()).expect(201);
    const { photo } = checked(UploadReply, body);
    await world.cloud.appIsGone();
    await world.advance(5 * 60_000);
    await rotate(ana, photo, 90);
    await world.cloud.appIsAt(world.url);
    await world.drain();
    const next = checked(UploadReply, (await ana.upload(await picture()).expect(201)).body).photo;
    expect(next.processing.nextAttemptAt).toBeNull();
    await world.drain();
  });
});
