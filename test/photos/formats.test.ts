import request, { type Response } from 'supertest';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { type Photo, UploadReply } from '../../src/features/photos/schemas.ts';
import { DECODES } from '../../src/pictures/decoding/decode-queue.ts';
import { heldBucketLine } from '../support/bucket-line.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { bytesOf, problemOf } from '../support/replies.ts';
import { secondInstance } from '../support/second-instance.ts';
import { startWorld } from '../support/world.ts';

const BROWSER = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';

const world = await startWorld();
const ana = await world.user();

async function post({ width, height } = { width: 400, height: 300 }): Promise<Photo> {
  const { body } = await ana.upload(await picture({ width, height, icc: 'p3' })).expect(201);
  await world.drain();
  return checked(UploadReply, body).photo;
}

const ask = (url: string, accept: string, base = world.url) =>
  request(base).get(url).set('Accept', accept).responseType('blob');

const typeOf = async (url: string, accept: string, base?: string) =>
  (await ask(url, accept, base).expect(200)).headers['content-type'];

const objectsOf = async ({ id }: Photo) =>
  (await world.objects()).filter((name) => name.startsWith('variants/') && name.includes(id));

test('a browser gets the JPEG as long as nothing else has been made, and nothing is made for it', async () => {
  const photo = await post();
  const before = await objectsOf(photo);
  expect(await typeOf(photo.variants.thumb.url, BROWSER)).toBe('image/jpeg');
  expect(await objectsOf(photo)).toEqual(before);
});

test.each(['webp', 'avif'] as const)(
  '%s is made for who asks for it, kept, and then sent to who can show it',
  async (format) => {
    const photo = await post();
    const { url, width, height } = photo.variants.thumb;
    const made = await ask(`${url}&format=${format}`, '*/*').expect(200);
    expect(made.headers['content-type']).toBe(`image/${format}`);
    expect(made.headers).not.toHaveProperty('vary', expect.stringContaining('Accept'));
    const found = await sharp(bytesOf(made)).metadata();
    expect(found).toMatchObject({ width, height, space: 'srgb', format: format === 'avif' ? 'heif' : 'webp' });
    expect(found).not.toHaveProperty('exif');
    expect(await objectsOf(photo)).toContainEqual(expect.stringMatching(new RegExp(`/thumb\\.${format}$`)));

    for (const base of [world.url, await secondInstance(world)]) {
      expect(await typeOf(url, BROWSER, base)).toBe(`image/${format}`);
      expect(await typeOf(url, '*/*', base)).toBe('image/jpeg');
      expect(await typeOf(url, `image/${format};q=0, image/*`, base)).toBe('image/jpeg');
      expect(await typeOf(`${url}&format=jpeg`, BROWSER, base)).toBe('image/jpeg');
    }
  },
);

test('each format has a tag of its own', async () => {
  const { variants } = await post();
  const jpeg = await ask(variants.thumb.url, '*/*').expect(200);
  const webp = await ask(`${variants.thumb.url}&format=webp`, '*/*').expect(200);
  expect(webp.headers['etag']).not.toBe(jpeg.headers['etag']);
  await ask(variants.thumb.url, BROWSER).set('If-None-Match', webp.headers['etag']!).expect(304);
  await ask(variants.thumb.url, '*/*').set('If-None-Match', webp.headers['etag']!).expect(200);
});

test('those who ask at the same time for what does not exist share one making of it', async () => {
  const { variants } = await post();
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => ask(`${variants.large.url}&format=webp`, '*/*').expect(200)),
  );
  expect(new Set(replies.map(({ headers }) => headers['etag'])).size).toBe(1);
});

test('requests for too many sizes at once get Retry-After, and nothing breaks', async () => {
  const photos: Photo[] = [];
  for (let at = 0; at < 24; at++) photos.push(await post({ width: 8, height: 8 }));
  const urls = photos.flatMap(({ variants }) => Object.values(variants).map(({ url }) => `${url}&format=avif`));
  const fitting = DECODES.atOnce + DECODES.waiting;
  // Decodes wait for their originals until the queue behind them is full, on any machine.
  const bucket = await heldBucketLine(world.cloud.endpoints.storage ?? '', '/o/originals');
  const elsewhere = await secondInstance(world, { storage: bucket.url });
  const refused: Response[] = [];
  const replies = await Promise.all(
    urls.map(async (url) => {
      const reply = await ask(url, '*/*', elsewhere);
      if (reply.status === 429) refused.push(reply);
      if (refused.length === urls.length - fitting) bucket.release();
      return reply;
    }),
  );
  expect(refused).toHaveLength(urls.length - fitting);
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(fitting);
  for (const { headers } of refused) {
    expect(headers).toMatchObject({
      'retry-after': '5',
      'ratelimit-policy': `"decodes";q=${fitting};qu="concurrent-requests"`,
      ratelimit: '"decodes";r=0;t=5',
    });
  }
  const again = urls.find((_, at) => replies[at]?.status === 429);
  await ask(again ?? '', '*/*', elsewhere).expect(200);
});

test('the original comes as it was uploaded or not at all', async () => {
  const { original } = await post();
  const problem = problemOf(await request(world.url).get(`${original.url}&format=webp`).expect(400));
  expect(problem.code).toBe('invalid-request');
});

test('a size that has been lost is made again', async () => {
  const photo = await post();
  const elsewhere = await secondInstance(world);
  for (const name of await objectsOf(photo)) await world.bucket.file(name).delete();
  expect(await typeOf(photo.variants.thumb.url, BROWSER, elsewhere)).toBe('image/jpeg');
  expect(await objectsOf(photo)).toHaveLength(3);
});
