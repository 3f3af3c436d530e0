import request from 'supertest';
import { expect, test } from 'vitest';
import { Photo, UploadReply } from '../../src/features/photos/schemas.ts';
import { Limits } from '../../src/features/service/limits-route.ts';
import { checked } from '../support/checked.ts';
import { heic } from '../support/heic.ts';
import { heifOfSize } from '../support/heif-properties.ts';
import { picture } from '../support/picture.ts';
import { blackPng } from '../support/png.ts';
import { problemOf } from '../support/replies.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld({ env: { MAX_UPLOAD_BYTES: '200000', QUOTA_BYTES: '500000' } });
const ana = await world.user();
const limits = checked(Limits, (await request(world.url).get('/v1/limits').expect(200)).body);

test('the limits are what a client meets: one byte less is taken, one more is refused with the same number', async () => {
  await ana.upload(await picture({ bytes: limits.maxUploadBytes })).expect(201);
  const refused = await ana.upload(await picture({ bytes: limits.maxUploadBytes + 1 })).expect(413);
  expect(problemOf(refused)).toMatchObject({ code: 'file-too-large', maxBytes: limits.maxUploadBytes });
});

test('a picture of the largest cameras is taken and shown; one row more than is said is refused', async () => {
  const camera = { width: 9504, height: 6336 };
  const { body } = await ana.upload(blackPng(camera)).expect(201);
  await world.drain();
  expect((await ana.get(`/v1/photos/${body.photo.id}`)).body).toMatchObject({ state: 'ready', ...camera });
  const saying = async (pixels: number) =>
    heifOfSize(await picture({ format: 'avif' }), { width: pixels / 1000, height: 1000 });
  await ana.upload(await saying(limits.maxPixels)).expect(201);
  const refused = await ana.upload(await saying(limits.maxPixels + 1000)).expect(422);
  expect(problemOf(refused)).toMatchObject({ code: 'too-many-pixels', maxPixels: limits.maxPixels });
});

test.each(['image/avif', 'image/heic'] as const)('a %s of more pixels than are shown is kept', async (type) => {
  const bytes = type === 'image/heic' ? heic() : await picture({ format: 'avif' });
  const { always, atMost } = limits.shownPixels[type]!;
  expect(always).toBeLessThan(atMost);
  const { body } = await ana.upload(heifOfSize(bytes, { width: (1.5 * atMost) / 1000, height: 1000 })).expect(201);
  await world.drain();
  const { processing } = await ana.read(`/v1/photos/${body.photo.id}`, Photo);
  expect(processing).toMatchObject({ lastError: expect.stringContaining('too-large-to-show') as string });
});

test('a full account is refused with its quota', async () => {
  const ben = await world.user();
  for (let at = 0; at < 2; at++) await ben.upload(await picture({ bytes: 200_000 })).expect(201);
  const refused = await ben.upload(await picture({ bytes: 200_000 })).expect(507);
  expect(problemOf(refused)).toMatchObject({ code: 'quota-exceeded', maxBytes: limits.quotaBytes, usedBytes: 400_000 });
  expect(refused.headers).toMatchObject({
    'ratelimit-policy': '"storage";q=500000;qu="content-bytes"',
    ratelimit: '"storage";r=100000',
  });
  expect(refused.headers).not.toHaveProperty('retry-after');
});

test('lists and batches hold what the limits say', async () => {
  const digests = (count: number) => ({ sha256: Array<string>(count).fill('0'.repeat(64)) });
  await ana.post('/v1/photos/check').send(digests(limits.maxCheckItems)).expect(200);
  await ana
    .post('/v1/photos/check')
    .send(digests(limits.maxCheckItems + 1))
    .expect(400);
  const edits = (count: number) => ({ items: Array.from({ length: count }, () => ({ id: '0'.repeat(16), alt: '' })) });
  await ana.patch('/v1/photos/batch').send(edits(limits.maxBatchItems)).expect(200);
  await ana
    .patch('/v1/photos/batch')
    .send(edits(limits.maxBatchItems + 1))
    .expect(400);
});

test('the URL of an image lives as long as is said', async () => {
  const { photo } = checked(UploadReply, (await ana.upload(await picture()).expect(201)).body);
  const { url } = photo.variants.thumb;
  await world.advance(limits.imageUrlSeconds.atLeast * 1000);
  await request(world.url).get(url).expect(200);
  await world.advance((limits.imageUrlSeconds.atMost - limits.imageUrlSeconds.atLeast) * 1000);
  await request(world.url).get(url).expect(401);
});
