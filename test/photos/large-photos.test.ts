import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { Photo } from '../../src/features/photos/schemas.ts';
import type { ImageSize } from '../../src/pictures/parsers/findings.ts';
import { heic } from '../support/heic.ts';
import { heifOfSize } from '../support/heif-properties.ts';
import { largeJpeg, largeProgressiveJpeg } from '../support/large-jpeg.ts';
import { picture } from '../support/picture.ts';
import { blackPng } from '../support/png.ts';
import { problemOf } from '../support/replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { finish, finished, open, send, sendDirect } from '../uploads/phone.ts';

const world = await startWorld();
const ana = await world.user();

async function settled(user: TestUser, id: string): Promise<Photo> {
  await world.drain();
  return await user.read(`/v1/photos/${id}`, Photo);
}

describe('a photo of a large camera is shown', () => {
  test.each([
    ['a phone of 200 megapixels', { width: 16_320, height: 12_240 }, largeJpeg],
    ['a phone of 108 megapixels', { width: 12_000, height: 9000 }, largeJpeg],
    ['a camera of 60.3 megapixels', { width: 9528, height: 6328 }, largeJpeg],
    ['a panorama of 64 megapixels', { width: 16_000, height: 4000 }, largeJpeg],
    ['a panorama as a PNG', { width: 16_000, height: 4000 }, async (size: ImageSize) => blackPng(size)],
    ['a panorama that is wider than a WebP may be', { width: 40_000, height: 1000 }, largeJpeg],
  ])('%s', async (_, size, make) => {
    const { body } = await ana.upload(await make(size)).expect(201);
    const photo = await settled(ana, body.photo.id as string);
    expect(photo).toMatchObject({ state: 'ready', ...size });
    for (const [{ url, width, height }, format] of [
      [photo.variants.thumb, 'jpeg'],
      [photo.variants.large, 'webp'],
    ] as const) {
      expect(await sharp(await world.bytesAt(`${url}&format=${format}`)).metadata()).toMatchObject({ width, height });
    }
  });
});

/** Each says that it has more pixels than can be decoded of its kind, and fewer than are refused. */
const TOO_LARGE: Record<string, () => Promise<Buffer> | Buffer> = {
  'a progressive JPEG': () => largeProgressiveJpeg({ width: 16_320, height: 14_000 }),
  'an AVIF': async () => heifOfSize(await picture({ format: 'avif' }), { width: 12_000, height: 9000 }),
  'a HEIC': () => heifOfSize(heic(), { width: 12_000, height: 9000 }),
  'an interlaced PNG': () => interlaced({ width: 20_000, height: 20_000 }),
  'a GIF': async () => gifOf(await picture({ format: 'gif' }), { width: 20_000, height: 20_000 }),
};

async function interlaced({ width, height }: ImageSize): Promise<Buffer> {
  const bytes = await sharp(await picture())
    .png({ progressive: true })
    .toBuffer();
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

function gifOf(bytes: Buffer, { width, height }: ImageSize): Buffer {
  bytes.writeUInt16LE(width, 6);
  bytes.writeUInt16LE(height, 8);
  return bytes;
}

describe('a picture that takes too much memory to decode', () => {
  test.each(Object.entries(TOO_LARGE))(
    'a picture that takes too much memory to decode is kept without an attempt to show it: %s',
    async (_, make) => {
      const bytes = await make();
      const { body } = await ana.upload(bytes).expect(201);
      const photo = await settled(ana, body.photo.id as string);
      expect(photo).toMatchObject({
        state: 'failed',
        processing: {
          attempts: 1,
          lastError: expect.stringMatching(/^too-large-to-show: .*original is kept.*`preview`/s) as string,
          nextAttemptAt: null,
        },
      });
      expect(Buffer.compare(await world.bytesAt(photo.original.url), bytes)).toBe(0);
      const refused = await ana.get(`/v1/photos/${photo.id}/image/large`).expect(404);
      expect(problemOf(refused).detail).toContain('too-large-to-show');
    },
  );

  test('a picture that takes too much memory is shown by its preview, and reports its own size', async () => {
    const user = await world.user();
    const size = { width: 16_320, height: 14_000 };
    const bytes = await largeProgressiveJpeg(size);
    const { body } = await user
      .post('/v1/photos')
      .attach('image', bytes, { filename: 'large.jpg' })
      .attach('preview', await bluePreview(), { filename: 'preview.jpg' })
      .expect(201);
    const photo = await settled(user, body.photo.id as string);
    expect(photo).toMatchObject({ state: 'ready', ...size });
    await expectBlue(photo);
    expect(Buffer.compare(await world.bytesAt(photo.original.url), bytes)).toBe(0);
  });
});

describe('by sessions, a preview', () => {
  const sendPreview = async (user: TestUser, previewOf: string) => {
    const bytes = await bluePreview();
    const { id, sessionUrl } = await open(user, bytes, { previewOf });
    await send(sessionUrl, bytes);
    return id;
  };

  test('a preview by session is shown for a picture that takes too much memory, and deleted with it', async () => {
    const user = await world.user();
    await world.drain();
    const before = await world.objects();
    const bytes = await largeProgressiveJpeg({ width: 16_320, height: 14_000 });
    const upload = await sendDirect(user, bytes);
    const { status, photo } = await finished(user, upload, { preview: await sendPreview(user, upload) });
    expect(status).toBe('created');
    const shown = await settled(user, photo.id);
    expect(shown).toMatchObject({ state: 'ready', width: 16_320, height: 14_000 });
    await expectBlue(shown);
    expect(Buffer.compare(await world.bytesAt(shown.original.url), bytes)).toBe(0);
    expect((await user.get('/v1/uploads').expect(200)).body.items).toEqual([]);

    await user.delete(`/v1/photos/${photo.id}`).expect(204);
    await user.delete(`/v1/trash/${photo.id}`).expect(204);
    await world.drain();
    expect(await world.objects()).toEqual(before);
  });

  test('a preview by session is refused for a picture that can be decoded, which is stored without it', async () => {
    const user = await world.user();
    const upload = await sendDirect(user, await picture());
    const preview = await sendPreview(user, upload);
    expect(await finish(user, upload, { preview })).toMatchObject({
      status: 'failed',
      problem: { code: 'invalid-request', errors: [{ pointer: '/preview', code: 'not-wanted' }] },
    });
    expect(await finish(user, preview)).toMatchObject({ problem: { code: 'invalid-request' } });
    expect((await finish(user, upload)).status).toBe('created');
  });

  test('a preview by session can only be opened for an open upload of its owner', async () => {
    const user = await world.user();
    const others = (await open(await world.user(), await picture())).id;
    const wanted = { bytes: 9, type: 'image/jpeg', sha256: '0'.repeat(64), previewOf: others };
    const problem = problemOf(await user.post('/v1/uploads').send(wanted).expect(400));
    expect(problem).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/previewOf', code: 'not-found' }] });
  });
});

const PREVIEW = { width: 816, height: 700 };

const bluePreview = () =>
  sharp({ create: { ...PREVIEW, channels: 3, background: '#0000ff' } })
    .jpeg()
    .toBuffer();

/** The sizes are those of the preview, which is not enlarged. */
async function expectBlue({ variants }: Photo): Promise<void> {
  expect(variants.large).toMatchObject(PREVIEW);
  for (const { url, width, height } of Object.values(variants)) {
    const image = sharp(await world.bytesAt(url));
    expect(await image.metadata()).toMatchObject({ width, height });
    expect((await image.stats()).dominant.b).toBeGreaterThan(200);
  }
}
