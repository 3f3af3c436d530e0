import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Photo, UploadReply } from '../../src/features/photos/schemas.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const END_OF_IMAGE = Buffer.of(0xff, 0xd9);
const WORDS = 'This file ends early; part of the picture is missing.';

/** A JPEG with an end marker, whose data end in the middle of the picture. */
async function cutInside(): Promise<Buffer> {
  const whole = await picture({ width: 640, height: 480 });
  return Buffer.concat([whole.subarray(0, Math.round(whole.length * 0.6)), END_OF_IMAGE]);
}

test('a photo whose data end early says so in the API, in lists and on its page, before and after a rotation', async () => {
  const ana = await world.user('ana');
  await ana.patch('/v1/me').send({ visibility: 'public' }).expect(200);
  const { id } = checked(UploadReply, (await ana.upload(await cutInside()).expect(201)).body).photo;
  await world.drain();
  const expectTold = async () => {
    expect(await ana.read(`/v1/photos/${id}`, Photo)).toMatchObject({ state: 'ready', endsEarly: true });
    for (const path of ['/v1/timeline', '/v1/users/ana/timeline']) {
      const { body } = await ana.get(path).expect(200);
      expect(body).toMatchObject({ items: [{ id, endsEarly: true }] });
    }
    expect((await ana.get(`/photo/${id}`).expect(200)).text).toContain(WORDS);
    expect((await ana.get('/').expect(200)).text).toContain('<p class="note">Part is missing</p>');
  };
  await expectTold();
  await ana.patch(`/v1/photos/${id}`).send({ rotation: 90 }).expect(200);
  await world.drain();
  await expectTold();
});

test('a whole photo says nothing of an end', async () => {
  const bea = await world.user();
  const { id } = checked(UploadReply, (await bea.upload(await picture()).expect(201)).body).photo;
  await world.drain();
  const photo = await bea.read(`/v1/photos/${id}`, Photo);
  expect(photo.state).toBe('ready');
  expect(photo).not.toHaveProperty('endsEarly');
  expect((await bea.get(`/photo/${id}`).expect(200)).text).not.toContain(WORDS);
});

describe.skipIf(!realPhotos)(`real files that end early${whyNoRealPhotos}`, () => {
  test.each(['date_error.JPG', 'broken_orientation_exif.jpg'])('%s says that it ends early', async (name) => {
    const cleo = await world.user();
    const path = realPhotos?.find((photo) => photo.name === name)?.path ?? '';
    const { id } = checked(UploadReply, (await cleo.upload(readFileSync(path)).expect(201)).body).photo;
    await world.drain();
    expect(await cleo.read(`/v1/photos/${id}`, Photo)).toMatchObject({ state: 'ready', endsEarly: true });
  });

  test('no other real file says so', { timeout: 180_000 }, async () => {
    const dan = await world.user();
    for (const { path, truth } of realPhotos ?? []) {
      if (truth.expect === 'accept' && truth.bytes < 4e6) await dan.upload(readFileSync(path));
    }
    await world.drain();
    const { body } = await dan.get('/v1/timeline?limit=200&fields=all').expect(200);
    const { items } = body as { items: Photo[] };
    expect(items.length).toBeGreaterThan(20);
    const early = items.filter(({ endsEarly }) => endsEarly).map(({ fileName }) => fileName);
    expect(early).toEqual([]);
  });
});
