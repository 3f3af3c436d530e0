import request from 'supertest';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { tiff } from '../support/tiff.ts';
import { startWorld } from '../support/world.ts';

/** Room for one padded photo, not for two. */
const world = await startWorld({ env: { QUOTA_BYTES: '30000' } });

const blue = { width: 600, height: 400, channels: 3, background: '#0000ff' } as const;
const preview = () => sharp({ create: blue }).jpeg().toBuffer();

function post(user: TestUser, files: Record<string, Buffer>) {
  const form = user.post('/v1/photos').field('caption', 'From a raw file');
  for (const [field, bytes] of Object.entries(files)) form.attach(field, bytes, { filename: `${field}.bin` });
  return form;
}

describe('a picture that nothing here can decode', () => {
  test.each([
    ['image', 'preview'],
    ['preview', 'image'],
  ])('a picture that cannot be decoded is shown by its preview, and kept as it is: %s first', async (...order) => {
    const ana = await world.user();
    const files: Record<string, Buffer> = { image: await tiff(), preview: await preview() };
    const given = Object.fromEntries(order.map((field) => [field, files[field] ?? Buffer.alloc(0)]));
    const { body } = await post(ana, given).expect(201);
    expect(body.photo).toMatchObject({ type: 'image/tiff', width: 600, height: 400, camera: { make: 'Leica' } });
    expect(body.photo.takenAt).toMatchObject({ local: '2019-07-01T10:00:00', source: 'exif' });

    await world.drain();
    const shown = await ana.get(`/v1/photos/${body.photo.id}`).expect(200);
    expect(shown.body.state).toBe('ready');
    const { dominant } = await sharp(await world.bytesAt(body.photo.variants.thumb.url)).stats();
    expect(dominant.b).toBeGreaterThan(200);
    expect(Buffer.compare(await world.bytesAt(body.photo.original.url), files['image'] ?? Buffer.alloc(0))).toBe(0);
  });

  test('a picture that cannot be decoded is refused without a preview, says what to do, and leaves nothing behind', async () => {
    const ana = await world.user();
    const before = await world.objects();
    const problem = problemOf(await post(ana, { image: await tiff() }).expect(415));
    expect(problem).toMatchObject({
      code: 'unsupported-image',
      detail: expect.stringContaining('`preview`') as string,
    });
    await post(ana, { image: await tiff(), preview: await tiff() }).expect(415);
    await post(ana, { preview: await preview() }).expect(400);
    expect(await world.objects()).toEqual(before);
  });

  test('a picture that cannot be decoded takes its preview along when it is deleted for good', async () => {
    const ana = await world.user();
    await world.drain();
    const before = await world.objects();
    const { body } = await post(ana, { image: await tiff(), preview: await preview() }).expect(201);
    await world.drain();
    await ana.delete(`/v1/photos/${body.photo.id}`).expect(204);
    await ana.delete(`/v1/trash/${body.photo.id}`).expect(204);
    await world.drain();
    expect(await world.objects()).toEqual(before);
  });

  test('a picture that cannot be decoded takes room with both, up to the quota, and gives it back with both', async () => {
    const ana = await world.user();
    const used = async () => (await ana.read('/v1/me', Me)).usage.bytes;
    const image = await tiff();
    const fits = Buffer.concat([await preview(), Buffer.alloc(14_000)]);
    const { body } = await post(ana, { image, preview: fits }).expect(201);
    expect(await used()).toBe(image.length + fits.length);

    const full = await post(ana, { image: Buffer.concat([image, Buffer.of(0)]), preview: fits }).expect(507);
    expect(problemOf(full)).toMatchObject({ code: 'quota-exceeded', usedBytes: image.length + fits.length });
    await ana.delete(`/v1/photos/${body.photo.id}`).expect(204);
    await ana.delete(`/v1/trash/${body.photo.id}`).expect(204);
    expect(await used()).toBe(0);
  });

  test('a picture that cannot be decoded keeps its preview beside its original, also when its owner shows only behind both', async () => {
    const form = request(world.url)
      .post('/post/in-the-url/')
      .attach('image', await tiff(), 'a.tif');
    await form
      .attach('preview', await preview(), 'a.jpg')
      .field('user', 'text-box')
      .expect(303);
    const owner = await world.user('text-box');
    const { id } = await owner.read('/v1/me', Me);
    const [photo] = (await owner.read('/v1/timeline', TimelinePage)).items;
    const names = (await world.objects()).filter((name) => name.startsWith('originals/') && name.includes(id));
    expect(names).toEqual([`originals/${id}/${photo?.id}`, `originals/${id}/${photo?.id}/preview`]);
    expect(await world.objects()).not.toContainEqual(expect.stringContaining('unclaimed'));
  });

  test('a repeated picture that cannot be decoded needs no second preview', async () => {
    const ana = await world.user();
    await world.drain();
    const [image, before] = [await tiff(), await world.objects()];
    await post(ana, { image, preview: await preview() }).expect(201);
    const { body } = await post(ana, { image, preview: await preview() }).expect(200);
    expect(body.status).toBe('duplicate');
    await world.drain();
    expect(await world.objects()).toHaveLength(before.length + 5);
  });
});

test('a picture that is decoded here is refused with a preview, and nothing of either stays', async () => {
  const ana = await world.user();
  const before = await world.objects();
  const problem = problemOf(await post(ana, { image: await picture(), preview: await preview() }).expect(400));
  expect(problem).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/preview', code: 'not-wanted' }] });
  expect(await world.objects()).toEqual(before);
});
