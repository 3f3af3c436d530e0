import request from 'supertest';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { bucketLine } from '../support/bucket-line.ts';
import { picture } from '../support/picture.ts';
import { secondInstance } from '../support/second-instance.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const ana = await world.user();
const line = await bucketLine(world.cloud.endpoints.storage);
const app = await secondInstance(world, { storage: line.url });

type Sizes = Record<'thumb' | 'medium', { url: string }>;

async function post(bytes: Buffer): Promise<Sizes> {
  const { body } = await ana.upload(bytes).expect(201);
  await world.drain();
  return body.photo.variants as Sizes;
}

/** How many requests the bucket gets while so many look at once. */
async function readsOf(url: string, lookers: number): Promise<number> {
  const before = line.taken();
  await Promise.all(Array.from({ length: lookers }, () => request(app).get(url).expect(200)));
  return line.taken() - before;
}

test('those who look at a small picture at once share one read of the bucket, and later ones need none', async () => {
  const { thumb } = await post(await picture());
  expect(await readsOf(thumb.url, 20)).toBe(1);
  expect(await readsOf(thumb.url, 20)).toBe(0);
});

test('a large picture is read each time, and pushes nothing out of memory', async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const { thumb, medium } = await post(
    await sharp({ create: { width: 1280, height: 960, channels: 3, background: '#808080', noise } })
      .jpeg()
      .toBuffer(),
  );
  await readsOf(thumb.url, 1);
  expect(await readsOf(medium.url, 1)).toBe(1);
  expect(await readsOf(medium.url, 1)).toBe(1);
  expect(await readsOf(thumb.url, 1)).toBe(0);
});
