import request from 'supertest';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

/** A TIFF with the tags of a camera, and no picture that anybody could decode: a block of EXIF is one. */
async function tiff(): Promise<Buffer> {
  const { exif } = await sharp(await picture({ takenAt: '2019-07-01T10:00:00', camera: { make: 'Leica' } })).metadata();
  return exif?.subarray('Exif\0\0'.length) ?? Buffer.alloc(0);
}

const blue = { width: 600, height: 400, channels: 3, background: '#0000ff' } as const;
const preview = () => sharp({ create: blue }).jpeg().toBuffer();

function post(user: TestUser, files: Record<string, Buffer>) {
  const form = user.post('/v1/photos').field('caption', 'From a raw file');
  for (const [field, bytes] of Object.entries(files)) form.attach(field, bytes, { filename: `${field}.bin` });
  return form;
}

async function bytesAt(url: string): Promise<Buffer> {
  const { body } = await request(world.url).get(url).responseType('blob').expect(200);
  return body as Buffer;
}

describe('a picture that nothing here can decode', () => {
  test.each([
    ['image', 'preview'],
    ['preview', 'image'],
  ])('is shown by the one that its client has made of it, and kept as it is: %s first', async (...order) => {
    const ana = await world.user();
    const files: Record<string, Buffer> = { image: await tiff(), preview: await preview() };
    const given = Object.fromEntries(order.map((field) => [field, files[field] ?? Buffer.alloc(0)]));
    const { body } = await post(ana, given).expect(201);
    expect(body.photo).toMatchObject({ type: 'image/tiff', width: 600, height: 400, camera: { make: 'Leica' } });
    expect(body.photo.takenAt).toMatchObject({ local: '2019-07-01T10:00:00', source: 'exif' });

    await world.drain();
    const shown = await ana.get(`/v1/photos/${body.photo.id}`).expect(200);
    expect(shown.body.state).toBe('ready');
    const { dominant } = await sharp(await bytesAt(body.photo.variants.thumb.url)).stats();
    expect(dominant.b).toBeGreaterThan(200);
    expect(Buffer.compare(await bytesAt(body.photo.original.url), files['image'] ?? Buffer.alloc(0))).toBe(0);
  });

  test('is refused without one, says what to do, and nothing of it stays', async () => {
    const ana = await world.user();
    const before = await world.objects();
    const { body } = await post(ana, { image: await tiff() }).expect(415);
    expect(body).toMatchObject({ code: 'unsupported-image', detail: expect.stringContaining('`preview`') as string });
    await post(ana, { image: await tiff(), preview: await tiff() }).expect(415);
    await post(ana, { preview: await preview() }).expect(400);
    expect(await world.objects()).toEqual(before);
  });

  test('takes its preview along when it is deleted for good', async () => {
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

  test('that is there already needs no second preview', async () => {
    const ana = await world.user();
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
  const { body } = await post(ana, { image: await picture(), preview: await preview() }).expect(400);
  expect(body).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/preview', code: 'not-wanted' }] });
  expect(await world.objects()).toEqual(before);
});
