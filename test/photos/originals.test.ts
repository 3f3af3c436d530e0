import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { UploadReply } from '../../src/features/photos/schemas.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { realPhotos, whyNoRealPhotos } from '../support/real-photos.ts';
import { bytesOf } from '../support/replies.ts';
import { START, startWorld } from '../support/world.ts';

const LIMIT = 1_000_000;

const world = await startWorld({ env: { MAX_REPLY_BYTES: String(LIMIT) } });
const ana = await world.user();
const open = (url: string) => request(world.url).get(url).responseType('blob');

const file = await picture({ width: 800, height: 600 });

async function post(bytes = file, fileName = 'photo.jpg') {
  const { body } = await ana.upload(bytes, { fileName, query: '?duplicates=allow' });
  return checked(UploadReply, body).photo;
}

test('an original comes back bit for bit, with its digest, as a file to save', async () => {
  const { original, sha256 } = await post(file, 'Grüße aus 東京 "1".jpg');
  const reply = await open(original.url).expect(200);
  const { headers } = reply;
  const body = bytesOf(reply);
  expect(body.equals(file)).toBe(true);
  expect(createHash('sha256').update(body).digest('hex')).toBe(sha256);
  expect(headers).toMatchObject({
    'content-type': 'image/jpeg',
    'content-length': String(file.length),
    'accept-ranges': 'bytes',
    'repr-digest': `sha-256=:${createHash('sha256').update(file).digest('base64')}:`,
    'content-disposition': `attachment; filename="Gru_e aus __ _1_.jpg"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20aus%20%E6%9D%B1%E4%BA%AC%20%221%22.jpg`,
    'cache-control': 'private, max-age=86400, immutable',
    etag: `"${sha256}"`,
  });
});

test.each([
  ['x.html', 'x.html.jpg'],
  ['x.jpg.', 'x.jpg..jpg'],
  ['IMG_0001.HEIC', 'IMG_0001.HEIC.jpg'],
  ['scan', 'scan.jpg'],
  ['DSC_0665.JPG', 'DSC_0665.JPG'],
  ['photo.jpeg', 'photo.jpeg'],
])('a JPEG that was sent as %s is saved as %s', async (fileName, saved) => {
  const { original } = await post(file, fileName);
  const { headers } = await open(original.url).expect(200);
  expect(headers['content-disposition']).toBe(`attachment; filename="${saved}"; filename*=UTF-8''${saved}`);
});

describe('a range', () => {
  test.each([
    ['bytes=0-99', 0, 99],
    ['bytes=100-', 100, file.length - 1],
    ['bytes=-7', file.length - 7, file.length - 1],
    [`bytes=5-${file.length * 2}`, 5, file.length - 1],
  ])('%s is answered by those bytes', async (range, start, end) => {
    const { original } = await post();
    const part = await open(original.url).set('Range', range).expect(206);
    expect(bytesOf(part).equals(file.subarray(start, end + 1))).toBe(true);
    expect(part.headers['content-range']).toBe(`bytes ${start}-${end}/${file.length}`);
    expect(part.headers['content-length']).toBe(String(end - start + 1));
  });

  test.each(['bytes=0-0,5-9', 'bytes=x', 'lines=1-2'])('%s is answered by the whole', async (range) => {
    const { original } = await post();
    const { body } = await open(original.url).set('Range', range).expect(200);
    expect(body).toHaveLength(file.length);
  });

  test('a range that begins behind the end gets 416 with the size', async () => {
    const { original } = await post();
    const { headers } = await open(original.url).set('Range', `bytes=${file.length}-`).expect(416);
    expect(headers['content-range']).toBe(`bytes */${file.length}`);
  });

  test('a range goes on with a download only if it is of the same bytes', async () => {
    const { original, sha256 } = await post();
    const part = open(original.url).set('Range', 'bytes=10-19');
    expect((await part.set('If-Range', `"${sha256}"`).expect(206)).body).toHaveLength(10);
    for (const other of ['"other"', `W/"${sha256}"`, 'Fri, 20 Nov 2026 18:00:00 GMT']) {
      const { body } = await open(original.url).set('Range', 'bytes=10-19').set('If-Range', other).expect(200);
      expect(body).toHaveLength(file.length);
    }
  });

  test('a range of a smaller size is served too', async () => {
    const { id } = await post();
    const whole = await ana.get(`/v1/photos/${id}/image/thumb`).responseType('blob').expect(200);
    const part = await ana
      .get(`/v1/photos/${id}/image/thumb`)
      .set('Range', 'bytes=2-')
      .responseType('blob')
      .expect(206);
    expect(bytesOf(part).equals(bytesOf(whole).subarray(2))).toBe(true);
  });
});

test('HEAD says what GET would, whatever range it names, and 304 comes before a range', async () => {
  const { original, sha256 } = await post();
  const whole = await open(original.url).expect(200);
  const head = await request(world.url).head(original.url).set('Range', 'bytes=0-9').expect(200);
  for (const name of [
    'content-length',
    'content-type',
    'etag',
    'repr-digest',
    'content-disposition',
    'cache-control',
  ]) {
    expect(head.headers[name]).toBe(whole.headers[name]);
  }
  await open(original.url).set('If-None-Match', `"${sha256}"`).expect(304);
  await open(original.url).set('If-None-Match', `"${sha256}"`).set('Range', `bytes=${file.length}-`).expect(304);
});

test('an original that is too large for one reply is fetched from the bucket, by a URL that dies soon', async () => {
  // The client signs nothing that has expired by its own clock.
  if (START < Date.now()) await world.advance(Date.now() - START);
  const owner = await world.user(ana.name);
  const large = await picture({ width: 800, height: 600, bytes: LIMIT + 1 });
  const { body } = await owner.upload(large, { fileName: 'ü.jpg' }).expect(201);
  const { url } = checked(UploadReply, body).photo.original;
  const { headers } = await request(world.url).get(url).redirects(0).expect(302);
  expect(headers['cache-control']).toBe('private, no-store');

  const there = await fetch(headers['location']!);
  expect(there.status).toBe(200);
  expect(Buffer.from(await there.arrayBuffer()).equals(large)).toBe(true);
  expect(there.headers.get('content-disposition')).toBe(`attachment; filename="u.jpg"; filename*=UTF-8''%C3%BC.jpg`);
  expect(there.headers.get('content-type')).toBe('image/jpeg');
  const part = await fetch(headers['location']!, { headers: { Range: 'bytes=0-9' } });
  expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 10]);
  expect((await fetch(headers['location']!.replace('disposition=attachment', 'disposition=inline'))).status).toBe(403);
  await world.advance(15 * 60_000 + 1000);
  expect((await fetch(headers['location']!)).status).toBeGreaterThanOrEqual(400);
});

describe.skipIf(!realPhotos)(`originals of real cameras${whyNoRealPhotos}`, () => {
  const real = (realPhotos ?? []).filter(({ truth }) => truth.expect === 'accept');
  test.each(real)('$name comes back bit for bit', async ({ path, name }) => {
    const owner = await world.user(ana.name);
    const bytes = readFileSync(path);
    const { body } = await owner.upload(bytes, { fileName: name, query: '?duplicates=allow' }).expect(201);
    const { url, type } = checked(UploadReply, body).photo.original;
    const reply = await open(url).redirects(1).expect(200);
    expect(bytesOf(reply).equals(bytes)).toBe(true);
    expect(reply.headers['content-type']).toBe(type);
  });
});
