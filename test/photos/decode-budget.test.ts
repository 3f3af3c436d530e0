import request from 'supertest';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { picture } from '../support/picture.ts';
import { bytesOf, problemOf } from '../support/replies.ts';
import type { TestUser } from '../support/test-user.ts';
import { START, startWorld } from '../support/world.ts';

const LIMIT = 9;
const world = await startWorld({ env: { CONVERSIONS_PER_DAY: String(LIMIT) } });

/** The path of each size of a new photo, once those that are made after an upload are there. */
async function post(user: TestUser, bytes: Buffer): Promise<(size: string, format: string) => string> {
  const { body } = await user.upload(bytes).expect(201);
  await world.drain();
  const urls = body.photo.variants as Record<string, { url: string }>;
  return (size, format) => `${urls[size]?.url}&format=${format}`;
}

const get = (path: string) => request(world.url).get(path).responseType('blob');

/** How many originals have been decoded on demand. */
async function decodes(): Promise<number> {
  const { text } = await request(world.url).get('/metrics').expect(200);
  return Number(/decodes_total\{made="on-demand"\} (\d+)/.exec(text)?.[1] ?? 0);
}

describe('all sizes and formats that are asked of a photo at once', () => {
  test('share one decode, and have the sizes and formats that were asked for', async () => {
    const path = await post(await world.user(), await picture({ width: 2500, height: 1500 }));
    const all = ['thumb', 'small', 'medium', 'large'].flatMap((size) =>
      ['webp', 'avif'].map((format) => [size, format]),
    );
    const before = await decodes();
    const replies = await Promise.all(
      [...all, ['large', 'jpeg']].map(async ([size = '', format = '']) => {
        const reply = await get(path(size, format)).expect(200);
        const { width, format: made } = await sharp(bytesOf(reply)).metadata();
        return `${size} ${format}: ${width} ${made}`;
      }),
    );
    expect(replies).toEqual([
      'thumb webp: 256 webp',
      'thumb avif: 256 heif',
      'small webp: 640 webp',
      'small avif: 640 heif',
      'medium webp: 1280 webp',
      'medium avif: 1280 heif',
      'large webp: 2048 webp',
      'large avif: 2048 heif',
      'large jpeg: 2048 jpeg',
    ]);
    expect((await decodes()) - before).toBe(1);
  });
});

test('a picture of one user is made before most of those that another user has asked for', async () => {
  const ana = await world.user();
  const ben = await world.user();
  const photo = () => picture({ width: 2500, height: 1500 });
  const flood: string[] = [];
  while (flood.length < LIMIT) flood.push((await post(ana, await photo()))('large', 'webp'));
  const own = (await post(ben, await photo()))('large', 'webp');
  const order: string[] = [];
  const ask = async (path: string, name: string) => {
    await get(path).expect(200);
    order.push(name);
  };
  const asked = flood.map((path) => ask(path, 'ana'));
  await request(world.url).get('/healthz').expect(200);
  await Promise.all([...asked, ask(own, 'ben')]);
  expect(order.indexOf('ben')).toBeLessThan(LIMIT - 3);
});

describe('sizes and formats on demand are counted by owner and day', () => {
  const SIZES = ['thumb', 'small', 'medium', 'large'];
  const TODAY = LIMIT - SIZES.length * 2;

  test('beyond the limit they are refused until midnight; those that exist and those of others are not', async () => {
    const ana = await world.user();
    const ben = await world.user();
    const [first, second, third] = [
      await post(ana, await picture()),
      await post(ana, await picture()),
      await post(ben, await picture()),
    ];
    const made = SIZES.flatMap((size) => [first(size, 'webp'), first(size, 'avif')]);
    made.push(...SIZES.slice(0, TODAY).map((size) => second(size, 'webp')));
    for (const path of made) await get(path).expect(200);

    const refused = await request(world.url).get(second('large', 'avif')).expect(429);
    const seconds = 6 * 3600;
    expect(new Date(START).toISOString()).toContain('T18:00:00');
    expect(problemOf(refused)).toMatchObject({ code: 'rate-limited', retryable: true });
    expect(refused.headers).toMatchObject({
      'retry-after': String(seconds),
      'ratelimit-policy': expect.stringContaining(`"conversions";q=${LIMIT}`) as string,
      ratelimit: `"conversions";r=0;t=${seconds}`,
    });
    for (const path of made) await get(path).expect(200);
    await get(second('medium', 'jpeg')).expect(200);
    await get(third('thumb', 'webp')).expect(200);

    await world.advance(seconds * 1000);
    const [photo] = (await (await world.user(ana.name)).read('/v1/timeline', TimelinePage)).items;
    const fresh = photo?.variants.large.url;
    await get(`${fresh}&format=avif`).expect(200);
  });
});
