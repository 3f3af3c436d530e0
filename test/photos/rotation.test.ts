import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { ChangesPage } from '../../src/features/changes/schemas.ts';
import { PublicTimelinePage, TimelinePage } from '../../src/features/timeline/schemas.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { startWorld } from '../support/world.ts';
import { read, rotate, rotationsIn, SIZES, sizeOf } from './turns.ts';

const world = await startWorld();
const { post, picturesOf, makingsOf, expectTurned } = rotationsIn(world);

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
    expect((await world.bytesAt(turned.original.url)).equals(original)).toBe(true);
    expect(turned.original).toEqual(before.original);
    expect(turned.sha256).toBe(before.sha256);

    await world.drain();
    const ready = await read(ana, before);
    expect(ready).toMatchObject({ rotation: 90, state: 'ready', width: 900, height: 1600, variants: turned.variants });
    expect(ready.placeholder).not.toBe(before.placeholder);
    expect(ready.color).toMatch(/^#/);
    await expectTurned(pictures, ready, 90);
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
    for (const size of SIZES)
      expect((await world.bytesAt(ready.variants[size].url)).equals(pictures[size]!)).toBe(true);
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
    const since = (token: string) => ana.read(`/v1/changes?token=${token}`, ChangesPage);
    const { token } = await since('latest');
    await rotate(ana, before, 90);
    const turned = await since(token);
    expect(turned.changes).toMatchObject([
      { type: 'upsert', photo: { id: before.id, rotation: 90, state: 'pending' } },
    ]);
    await world.drain();
    const ready = await since(turned.token);
    expect(ready.changes).toMatchObject([{ photo: { id: before.id, rotation: 90, state: 'ready', revision: 2 } }]);
  });

  test('lists show the rotation, and strangers get the turned pictures', async () => {
    const ana = await world.user();
    await ana.patch('/v1/me').send({ visibility: 'public' }).expect(200);
    const before = await post(ana, await picture({ width: 400, height: 240 }));
    const turned = await rotate(ana, before, 90);
    await world.drain();
    const { items: own } = await ana.read('/v1/timeline', TimelinePage);
    expect(own).toMatchObject([{ rotation: 90, width: 240, height: 400, variants: turned.variants }]);
    const { body } = await request(world.url).get(`/v1/users/${ana.name}/timeline`).expect(200);
    const [shown] = checked(PublicTimelinePage, body).items;
    expect(shown).toMatchObject({ width: 240, height: 400 });
    expect(await sizeOf(await world.bytesAt(shown!.variants.small.url))).toEqual({ width: 240, height: 400 });
  });
});
