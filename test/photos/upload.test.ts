import { createHash } from 'node:crypto';
import request from 'supertest';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { picture, QUARTERS } from '../support/picture.ts';
import { bytesOf, problemOf } from '../support/replies.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

interface PhotoBody {
  id: string;
  state: string;
  revision: number;
  variants: Record<string, { url: string; width: number; height: number }>;
  original: { url: string };
}

describe('uploading a photo', () => {
  test('an upload answers 201 with the full photo, which is in the very next timeline', async () => {
    const ana = await world.user();
    const bytes = await picture({ takenAt: '2019-07-01T10:00:00.12', offset: '+02:00', width: 400, height: 300 });

    const reply = await ana.upload(bytes, { fields: { caption: 'At the lake' }, fileName: 'lake.jpg' }).expect(201);

    const photo = reply.body.photo as PhotoBody;
    expect(reply.body).toMatchObject({ status: 'created' });
    expect(reply.headers['location']).toBe(`/v1/photos/${photo.id}`);
    expect(photo).toMatchObject({
      owner: ana.name,
      caption: 'At the lake',
      takenAt: { local: '2019-07-01T10:00:00.12', offset: '+02:00', utc: '2019-07-01T08:00:00.12Z', source: 'exif' },
      postedAt: '2026-11-20T18:00:00.000Z',
      width: 400,
      height: 300,
      bytes: bytes.length,
      type: 'image/jpeg',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      fileName: 'lake.jpg',
      state: 'pending',
      revision: 1,
    });
    const timeline = await ana.get('/v1/timeline?fields=all').expect(200);
    expect(timeline.body.items).toEqual([photo]);
  });

  test('an upload keeps the original bit for bit, with its digest, as a download', async () => {
    const ana = await world.user();
    const bytes = await picture();
    const { body } = await ana.upload(bytes).expect(201);

    const original = await request(world.url).get(body.photo.original.url).responseType('blob').expect(200);

    expect(Buffer.compare(bytesOf(original), bytes)).toBe(0);
    expect(original.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(bytes.length),
      'content-disposition': `attachment; filename="photo.jpg"; filename*=UTF-8''photo.jpg`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    });
    expect(original.headers['repr-digest']).toBe(`sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`);
  });

  test('the original answers a range with just those bytes, and 416 beyond its end', async () => {
    const ana = await world.user();
    const bytes = await picture();
    const { body } = await ana.upload(bytes).expect(201);
    const get = (range: string) =>
      request(world.url).get(body.photo.original.url).set('Range', range).responseType('blob');

    const part = await get('bytes=10-19').expect(206);
    expect(part.headers['content-range']).toBe(`bytes 10-19/${bytes.length}`);
    expect(Buffer.compare(bytesOf(part), bytes.subarray(10, 20))).toBe(0);
    const beyond = await get(`bytes=${bytes.length}-`).expect(416);
    expect(beyond.headers['content-range']).toBe(`bytes */${bytes.length}`);
  });

  test('the variants are made by a task, and the photo is ready then', async () => {
    const ana = await world.user();
    const { body } = await ana.upload(await picture({ width: 1600, height: 1200 })).expect(201);

    await world.drain();

    const { body: photo } = await ana.get(`/v1/photos/${body.photo.id}`).expect(200);
    expect(photo).toMatchObject({ state: 'ready', revision: 1, processing: { attempts: 1, lastError: null } });
    expect(photo.placeholder).toMatch(/^[\w+/=]{20,}$/);
    expect(photo.color).toMatch(/^#[0-9a-f]{6}$/);
    const kept = (await world.objects()).filter((name) => name.startsWith('variants/') && name.includes(body.photo.id));
    expect(kept.map((name) => name.split('/').at(-1))).toEqual(['medium.jpg', 'small.jpg', 'thumb.jpg']);
  });

  test.each(['thumb', 'small', 'medium', 'large'])('the %s is right before any task has run', async (size) => {
    const ana = await world.user();
    const { body } = await ana.upload(await picture({ width: 2400, height: 1800 })).expect(201);
    const variant = (body.photo as PhotoBody).variants[size];

    const reply = await request(world.url)
      .get(variant?.url ?? '')
      .responseType('blob')
      .expect(200);

    const { width, height, format } = await sharp(bytesOf(reply)).metadata();
    expect({ width, height, format }).toEqual({ width: variant?.width, height: variant?.height, format: 'jpeg' });
    expect(reply.headers['cache-control']).toContain('immutable');
  });

  test('a picture that lies on its side in the file is shown upright', async () => {
    const ana = await world.user();
    const { body } = await ana.upload(await picture({ width: 400, height: 300, orientation: 6 })).expect(201);
    expect(body.photo).toMatchObject({ width: 300, height: 400 });

    const thumb = await request(world.url).get(body.photo.variants.thumb.url).responseType('blob').expect(200);

    // Turned by 90° clockwise, what was stored at the bottom left shows at the top left.
    const { data, info } = await sharp(bytesOf(thumb)).raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 192, height: 256 });
    const topLeft = [...data.subarray(20 * info.width * 3 + 60, 20 * info.width * 3 + 63)];
    topLeft.forEach((value, channel) => expect(Math.abs(value - (QUARTERS[2][channel] ?? 0))).toBeLessThan(12));
  });

  test('the same bytes twice give the same photo, and are stored once', async () => {
    const ana = await world.user();
    const bytes = await picture();
    const first = await ana.upload(bytes).expect(201);
    const before = await world.objects();

    const again = await ana.upload(bytes).expect(200);

    expect(again.body).toMatchObject({ status: 'duplicate', photo: { id: first.body.photo.id } });
    expect(await world.objects()).toEqual(before);
  });

  test('an idempotency key makes a repeated upload the same upload', async () => {
    const ana = await world.user();
    const bytes = await picture();
    const headers = { 'Idempotency-Key': 'phone-1-photo-17' };
    const first = await ana.upload(bytes, { headers }).expect(201);

    const again = await ana.upload(bytes, { headers }).expect(201);

    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    const other = await ana.upload(await picture(), { headers }).expect(422);
    expect(problemOf(other).code).toBe('idempotency-mismatch');
  });

  test('bytes that are not those announced are refused, and nothing is kept', async () => {
    const ana = await world.user();
    const before = await world.objects();

    const reply = await ana.upload(await picture(), { fields: { sha256: '0'.repeat(64) } }).expect(422);

    expect(problemOf(reply).code).toBe('digest-mismatch');
    expect(await world.objects()).toEqual(before);
  });
});

describe('a photo', () => {
  test('a photo gets a new caption, whose revision is the next one', async () => {
    const ana = await world.user();
    const { body } = await ana.upload(await picture()).expect(201);

    const edited = await ana.patch(`/v1/photos/${body.photo.id}`).send({ caption: 'Ñandú 🦤' }).expect(200);

    expect(edited.body).toMatchObject({ caption: 'Ñandú 🦤', revision: 2 });
    const read = await ana.get(`/v1/photos/${body.photo.id}`).expect(200);
    expect(read.body.caption).toBe('Ñandú 🦤');
    expect(read.headers['etag']).toBe(edited.headers['etag']);
  });

  test('an edit with an older revision gets 412', async () => {
    const ana = await world.user();
    const { body } = await ana.upload(await picture()).expect(201);
    const path = `/v1/photos/${body.photo.id}`;
    const { headers } = await ana.get(path).expect(200);
    await ana.patch(path).send({ caption: 'first' }).expect(200);

    const refused = await ana
      .patch(path)
      .set('If-Match', headers['etag'] ?? '')
      .send({ caption: 'second' })
      .expect(412);

    expect(problemOf(refused)).toMatchObject({
      code: 'precondition-failed',
      current: { caption: 'first', revision: 2 },
    });
  });

  test('a photo that has not changed since its upload is answered 304', async () => {
    const ana = await world.user();
    const { body, headers } = await ana.upload(await picture()).expect(201);
    const path = `/v1/photos/${body.photo.id}`;

    await ana
      .get(path)
      .set('If-None-Match', headers['etag'] ?? '')
      .expect(304);
  });

  test('a photo goes to the trash, leaves the timeline at once, and comes back', async () => {
    const ana = await world.user();
    const { body } = await ana.upload(await picture()).expect(201);
    const path = `/v1/photos/${body.photo.id}`;

    await ana.delete(path).expect(204);
    await ana.delete(path).expect(204);

    expect((await ana.get('/v1/timeline')).body.items).toEqual([]);
    const trashed = await ana.get(path).expect(200);
    expect(trashed.body).toMatchObject({
      trashedAt: '2026-11-20T18:00:00.000Z',
      deletesAt: '2026-12-20T18:00:00.000Z',
    });
    await ana.post(`${path}/restore`).expect(200);
    expect((await ana.get('/v1/timeline')).body.items).toMatchObject([{ id: body.photo.id, trashedAt: null }]);
  });

  test('another user’s photo gets the same 404 as a photo that never existed', async () => {
    const [ana, ben] = [await world.user(), await world.user()];
    const { body } = await ana.upload(await picture()).expect(201);
    const path = `/v1/photos/${body.photo.id}`;

    for (const reply of [
      await ben.get(path),
      await ben.patch(path).send({ caption: 'mine' }),
      await ben.delete(path),
      await ben.get(`${path}/image/thumb`),
      await ben.get('/v1/photos/0123456789abcdef'),
    ]) {
      expect({ status: reply.status, code: problemOf(reply).code }).toEqual({ status: 404, code: 'not-found' });
    }
    expect((await ana.get(path)).body.caption).toBe('');
  });

  test('a photo is refused without a token: 401', async () => {
    const ana = await world.user();
    const { body } = await ana.upload(await picture()).expect(201);
    const path = `/v1/photos/${body.photo.id}`;

    for (const target of [path, `${path}/image/thumb`, '/v1/timeline']) {
      const reply = await request(world.url).get(target).expect(401);
      expect(reply.headers['www-authenticate']).toContain('Bearer');
      expect(problemOf(reply).code).toBe('unauthenticated');
    }
  });
});
