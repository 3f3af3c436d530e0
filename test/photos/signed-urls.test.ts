import request from 'supertest';
import { expect, test } from 'vitest';
import { checked } from '../support/checked.ts';
import { Photo } from '../../src/features/photos/schemas.ts';
import { datastoreLine } from '../support/datastore-line.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { secondInstance } from '../support/second-instance.ts';
import { startWorld } from '../support/world.ts';

const HOUR = 3_600_000;

const world = await startWorld();
const ana = await world.user();
const open = (url: string, base = world.url) => request(base).get(url);

interface PhotoBody {
  id: string;
  variants: Record<'thumb' | 'small' | 'medium' | 'large', { url: string; cacheKey: string }>;
  original: { url: string };
}

/** Signs in each time, because tests move the clock and a bearer token lives for an hour. */
async function post(): Promise<PhotoBody> {
  const { body } = await (await world.user(ana.name)).upload(await picture()).expect(201);
  await world.drain();
  return body.photo as PhotoBody;
}

test('a size that exists is shown while Datastore is away, even to a page whose session is unknown', async () => {
  const line = await datastoreLine(world.cloud.endpoints.datastore);
  const elsewhere = await secondInstance(world, { datastore: line.endpoint });
  const { variants, original } = await post();
  line.cut();
  await open(variants.thumb.url, elsewhere).set('Cookie', 'session=whatever.0123456789').expect(200);
  await open(variants.medium.url, elsewhere).expect(200);
  await open(original.url, elsewhere).expect(503).expect('Retry-After', /^\d+$/);
});

test('a URL may be kept without end, and a check is answered 304 without the bytes', async () => {
  const { variants } = await post();
  const first = await open(variants.small.url).expect(200);
  expect(first.headers).toMatchObject({
    'content-type': 'image/jpeg',
    'cache-control': 'private, max-age=86400, immutable',
    vary: 'Accept',
    'no-vary-search': 'params=("t")',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  });
  expect(first.headers['x-request-id']).toBeTruthy();
  expect(first.headers).not.toHaveProperty('set-cookie');
  const again = await open(variants.small.url).set('If-None-Match', first.headers['etag']!).expect(304);
  expect(again.headers['etag']).toBe(first.headers['etag']);
  await open(variants.thumb.url).set('If-None-Match', first.headers['etag']!).expect(200);
});

test('the pictures of a page are shown to every holder of the page, from one read while they stay the same', async () => {
  await post();
  const html = await request(world.url).get(`/user/${ana.name}/web/`).expect(200);
  const urls = Array.from(html.text.matchAll(/ (?:src|href)="(\/v1\/photos\/[^"]+)"/g), ([, url = '']) => url);
  expect(urls.length).toBeGreaterThan(1);
  for (const url of urls.map((url) => url.replaceAll('&amp;', '&'))) {
    const { headers } = await open(url).set('Accept', 'image/avif,image/webp,*/*').expect(200);
    expect(headers['content-type']).toBe('image/jpeg');
    expect(headers['cache-control']).toContain('immutable');
    await open(url).set('If-None-Match', headers['etag']!).expect(304);
  }
  const again = await request(world.url).get(`/user/${ana.name}/web/`).expect(200);
  expect(urls.every((url) => again.text.includes(url))).toBe(true);
});

test('the owner sees sizes without a signature, and the browser revalidates them each time', async () => {
  const { id } = await post();
  const { headers } = await ana.get(`/v1/photos/${id}/image/thumb`).expect(200);
  expect(headers['cache-control']).toBe('private, no-cache');
  const ben = await world.user();
  await ben.get(`/v1/photos/${id}/image/thumb`).expect(404);
  await open(`/v1/photos/${id}/image/thumb`).expect(401);
});

test('a URL of a small size opens no other photo and not the original', async () => {
  const [one, other] = [await post(), await post()];
  const token = new URL(one.variants.thumb.url, world.url).search;
  await open(`/v1/photos/${one.id}/image/large${token}`).expect(200);
  const problem = problemOf(await open(`/v1/photos/${one.id}/image/original${token}`).expect(401));
  expect(problem.code).toBe('unauthenticated');
  await open(`/v1/photos/${other.id}/image/thumb${token}`).expect(401);
  await open(`${one.variants.thumb.url}x`).expect(401);
});

test('a size has one cache key and one entity tag, whatever token its URL carries', async () => {
  const { id, variants } = await post();
  const first = await open(variants.thumb.url).expect(200);
  await world.advance(12 * HOUR);
  const bob = await world.user(ana.name);
  const later = (await bob.read(`/v1/photos/${id}`, Photo)).variants;
  expect(later.thumb.url).not.toBe(variants.thumb.url);
  expect(later.thumb.cacheKey).toBe(variants.thumb.cacheKey);
  await open(later.thumb.url).set('If-None-Match', first.headers['etag']!).expect(304);
  const keys = Object.values(later).map(({ cacheKey }) => cacheKey);
  expect(new Set([...keys, (await post()).variants.thumb.cacheKey]).size).toBe(5);
});

test('a URL with the parameter `token` of the first release opens its photo', async () => {
  const { variants, original } = await post();
  for (const { url } of [variants.thumb, original]) await open(url.replace('?t=', '?token=')).expect(200);
});

test('the URLs of pictures and pages begin with PUBLIC_URL where it is set, and those in pages stay relative', async () => {
  const { id } = await post();
  await post();
  const elsewhere = await secondInstance(world, {}, { PUBLIC_URL: 'https://photos.example/' });
  const headers = { Authorization: `Bearer ${(await world.user(ana.name)).token}` };
  const read = (path: string) => request(elsewhere).get(path).set(headers);
  const { variants, original } = checked(Photo, (await read(`/v1/photos/${id}`).expect(200)).body);
  for (const { url } of [variants.thumb, original])
    expect(url).toMatch(`https://photos.example/v1/photos/${id}/image/`);
  const page = await read('/v1/timeline?limit=1').expect(200);
  expect(page.headers['link']).toMatch(/^<https:\/\/photos\.example\/v1\/timeline\?limit=1&cursor=/);
  const { text, headers: sent } = await request(elsewhere).get(`/user/${ana.name}/web/`).expect(200);
  expect(text).toContain('src="/v1/photos/');
  expect(text).not.toContain('photos.example');
  // Scripts of a page show pictures by the URLs that the API gives them.
  expect(sent['content-security-policy']).toMatch(/img-src [^;]* https:\/\/photos\.example(;| )/);
});

test('a URL dies within a day, and a fresh one is in the photo', async () => {
  const { id, variants } = await post();
  await world.advance(12 * HOUR);
  await open(variants.thumb.url).expect(200);
  await world.advance(12 * HOUR);
  await open(variants.thumb.url).expect(401);
  const bob = await world.user(ana.name);
  const { body } = await bob.get(`/v1/photos/${id}`).expect(200);
  await open(body.variants.thumb.url).expect(200);
});

test('a photo in the trash is shown there; once it is erased its URLs open nothing, from memory neither', async () => {
  const owner = await world.user(ana.name);
  const { body } = await owner.upload(await picture()).expect(201);
  const { id, variants, original } = body.photo as PhotoBody;
  await world.drain();
  await owner.delete(`/v1/photos/${id}`).expect(204);
  for (const { url } of [variants.thumb, variants.medium, original]) await open(url).expect(200);

  await owner.delete(`/v1/trash/${id}`).expect(204);
  await world.drain();

  for (const { url } of [variants.thumb, variants.medium, variants.large, original]) await open(url).expect(404);
});

test('another instance forgets the pictures of an erased photo within ten minutes', async () => {
  const elsewhere = await secondInstance(world);
  const owner = await world.user(ana.name);
  const { body } = await owner.upload(await picture()).expect(201);
  const { id, variants } = body.photo as PhotoBody;
  await world.drain();
  await open(variants.thumb.url, elsewhere).expect(200);
  await owner.delete(`/v1/photos/${id}`).expect(204);
  await owner.delete(`/v1/trash/${id}`).expect(204);
  await open(variants.thumb.url, elsewhere).expect(200);
  await world.advance(10 * 60_000 + 1);
  await open(variants.thumb.url, elsewhere).expect(404);
});

test('an original that has vanished from the bucket is a problem and a line in the log', async () => {
  const owner = await world.user(ana.name);
  const { body } = await owner.upload(await picture()).expect(201);
  await world.drain();
  const { id, original, variants } = body.photo as PhotoBody;
  const line = world.logged('"severity":"ERROR"');
  const renditions = (name: string) => name.startsWith('variants/') && name.includes(id);
  for (const name of await world.objects()) if (!renditions(name)) await world.bucket.file(name).delete();
  const reply = await open(original.url).expect(500);
  expect(problemOf(reply)).toMatchObject({ code: 'internal' });
  expect(await line).toContain(problemOf(reply).requestId);
  await request(world.url).head(original.url).expect(500);
  await open(variants.large.url).expect(500);
  await open(variants.thumb.url).expect(200);
});
