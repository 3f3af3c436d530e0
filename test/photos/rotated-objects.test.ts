import { describe, expect, test } from 'vitest';
import { PhotoKind } from '../../src/data/model/entity-kinds.ts';
import { keyOf } from '../../src/data/model/kind.ts';
import { Me } from '../../src/features/accounts/schemas.ts';
import { compare } from '../../src/features/audit/compare.ts';
import { UploadReply } from '../../src/features/photos/schemas.ts';
import type { UserId } from '../../src/runtime/ids.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { START, startWorld } from '../support/world.ts';
import { read, rotate, rotationsIn, SIZES, sizeOf } from './turns.ts';

const world = await startWorld();
const { post, picturesOf, objectsOf, makingsOf, expectTurned } = rotationsIn(world);

/** Lets days pass without the app. */
async function days(count: number): Promise<void> {
  await world.cloud.appIsGone();
  await world.advance(count * 24 * 3_600_000);
  await world.cloud.appIsAt(world.url);
}

describe('objects of a rotated photo', () => {
  test('a rotation leaves the pictures of the current turn alone in the bucket', async () => {
    const ana = await world.user();
    const before = await post(ana, await picture({ width: 400, height: 240 }));
    await picturesOf(before);
    await world.bytesAt(`${before.variants.small.url}&format=avif`);
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
    await Promise.all([world.drain(), rotate(ana, before, 180), world.bytesAt(before.variants.large.url)]);
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
    expect(await sizeOf(await world.bytesAt(turned.variants.small.url))).toEqual({ width: 240, height: 400 });
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
