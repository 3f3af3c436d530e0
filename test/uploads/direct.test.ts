import request from 'supertest';
import { afterAll, describe, expect, test } from 'vitest';
import { startIdentity } from '../../src/local-cloud/identity/index.ts';
import { picture } from '../support/picture.ts';
import { bytesOf, problemOf } from '../support/replies.ts';
import { startSingleService } from '../support/single-service.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { START, startWorld } from '../support/world.ts';
import { ask, open, put, QUANTUM, send, sendDirect, sha256 } from './phone.ts';

const world = await startWorld();

/** A local service with an issuer of its own, as it may listen on a network. */
const { service: home, stop } = await startSingleService(startIdentity, { startMs: START });
afterAll(stop);
const onNetwork = await startWorld({ env: { IDENTITY: `oidc:${home.issuer}|photo-timeline` } });

const batch = (user: TestUser, ...uploads: string[]) =>
  user.post('/v1/photos/batch').send({ items: uploads.map((upload) => ({ upload })) });

describe('an upload straight to the bucket', () => {
  test('an upload session has the address of this service, and expires after a day', async () => {
    const ana = await world.user();
    const bytes = await picture();
    const wanted = { bytes: bytes.length, type: 'image/jpeg', sha256: '0'.repeat(64) };

    const { body, headers } = await ana.post('/v1/uploads').send(wanted).expect(201);

    expect(body).toEqual({
      id: expect.stringMatching(/^\w{16}$/),
      sessionUrl: expect.stringContaining(`${world.url}/upload/storage/v1/b/photos/o?`),
      expiresAt: '2026-11-21T18:00:00.000Z',
    });
    expect(headers['cache-control']).toBe('no-store');
  });

  test('an upload straight to the bucket goes on where the bucket says after each lost connection, and becomes the photo that was sent', async () => {
    const ana = await world.user();
    const bytes = await picture({ width: 900, height: 700, bytes: 5 * QUANTUM + 77, takenAt: '2019-07-01T10:00:00' });
    const { id, sessionUrl } = await open(ana, bytes, { fileName: 'lake.jpg' });

    await send(sessionUrl, bytes, { chunk: 2 * QUANTUM, cuts: [0, QUANTUM + 9, 2 * QUANTUM + 1, 5 * QUANTUM + 76] });
    const { body } = await ana
      .post('/v1/photos/batch')
      .send({ items: [{ upload: id, caption: 'At the lake' }] })
      .expect(200);

    const [{ status, photo }] = body.results;
    expect(status).toBe('created');
    expect(photo).toMatchObject({
      caption: 'At the lake',
      fileName: 'lake.jpg',
      bytes: bytes.length,
      width: 900,
      takenAt: { local: '2019-07-01T10:00:00', source: 'exif' },
      state: 'pending',
    });
    expect((await ana.get('/v1/timeline?fields=all')).body.items).toEqual([photo]);
    const original = await request(world.url).get(photo.original.url).responseType('blob').expect(200);
    expect(Buffer.compare(bytesOf(original), bytes)).toBe(0);
    await world.drain();
    expect((await ana.get(`/v1/photos/${photo.id}`)).body.state).toBe('ready');
  });

  test('an upload that the bucket breaks off is reported as such, and goes on where the bucket says', async () => {
    const ana = await signUp(world.appUrl, 'hasty');
    const bytes = await picture({ bytes: 4 * QUANTUM });
    const { id, sessionUrl } = await open(ana, bytes);
    await world.cloud.cutWrites(1);

    const refused = await put(sessionUrl, bytes, `bytes 0-${bytes.length - 1}/${bytes.length}`);

    expect(refused.status).toBe(503);
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'unavailable', retryable: true });
    const { kept } = await ask(sessionUrl, bytes.length);
    expect(kept).toBeLessThan(bytes.length);
    await put(sessionUrl, bytes.subarray(kept), `bytes ${kept}-${bytes.length - 1}/${bytes.length}`);
    expect((await batch(ana, id).expect(200)).body.results).toMatchObject([{ status: 'created' }]);
  });

  test('an upload straight to the bucket keeps whole quanta of what came before the connection broke', async () => {
    const ana = await world.user();
    const bytes = await picture({ bytes: 4 * QUANTUM });
    const { sessionUrl } = await open(ana, bytes);
    expect(await ask(sessionUrl, bytes.length)).toMatchObject({ status: 308, kept: 0 });

    const whole = `bytes 0-${bytes.length - 1}/${bytes.length}`;
    await expect(put(sessionUrl, bytes, whole, { cutAfter: 3 * QUANTUM + 5 })).rejects.toThrow('socket hang up');

    expect((await ask(sessionUrl, bytes.length)).kept % QUANTUM).toBe(0);
  });

  test('an upload straight to the bucket takes neither more nor fewer bytes than announced', async () => {
    const ana = await world.user();
    const bytes = await picture({ bytes: 2 * QUANTUM });
    // An object that is too short ends its session. A request that goes too far is refused as a whole.
    const attempts = [
      [bytes.subarray(1), 'gone'],
      [Buffer.concat([bytes, Buffer.alloc(1)]), 'upload-unfinished'],
    ] as const;
    for (const [sent, code] of attempts) {
      const { id, sessionUrl } = await open(ana, bytes);
      const { status } = await put(sessionUrl, sent, `bytes 0-${sent.length - 1}/${sent.length}`);
      expect(status).toBe(400);
      expect((await batch(ana, id).expect(200)).body.results).toMatchObject([{ problem: { code } }]);
    }
  });

  test('an upload straight to the bucket becomes a photo also behind a colour profile of a megabyte', async () => {
    const ana = await world.user();
    const segment = Buffer.alloc(65_000);
    segment.writeUInt32BE(0xffe2_0000 + segment.length - 2);
    const small = await picture({ width: 64, height: 48 });
    const profile = Array.from({ length: 16 }, () => segment);
    const bytes = Buffer.concat([small.subarray(0, 2), ...profile, small.subarray(2)]);

    const { body } = await batch(ana, await sendDirect(ana, bytes)).expect(200);

    expect(body.results).toMatchObject([{ status: 'created', photo: { width: 64, height: 48 } }]);
  });

  test('an upload that was cut at its sender is no photo, and nothing of it stays', async () => {
    const ana = await world.user();
    await world.drain();
    const before = await world.objects();
    const bytes = (await picture({ width: 900, height: 700 })).subarray(0, -20);

    const { body } = await batch(ana, await sendDirect(ana, bytes)).expect(200);

    expect(body.results).toMatchObject([{ status: 'failed', problem: { code: 'damaged-image' } }]);
    await world.drain();
    expect(await world.objects()).toEqual(before);
  });

  test('an upload session is refused when it is larger than any, larger than the room that is left, or of another kind', async () => {
    const ana = await world.user();
    const ask = (more: object) =>
      ana.post('/v1/uploads').send({ bytes: 1000, type: 'image/jpeg', sha256: '0'.repeat(64), ...more });
    expect(problemOf(await ask({ bytes: 2 ** 30 }).expect(413))).toMatchObject({
      code: 'file-too-large',
      maxBytes: 2e2 * 2 ** 20,
    });
    expect(problemOf(await ask({ bytes: 0 }).expect(400)).code).toBe('invalid-request');
    expect(problemOf(await ask({ type: 'image/svg+xml' }).expect(400)).code).toBe('invalid-request');
    expect(problemOf(await ask({ name: 'x' }).expect(400)).errors).toMatchObject([{ code: 'unknown-field' }]);
  });
});

describe('the door to upload sessions', () => {
  test('a request without a session is refused', async () => {
    const path = '/upload/storage/v1/b/photos/o';
    await request(world.url).put(`${path}?uploadType=resumable`).send('x').expect(404);
    await request(world.url).post(`${path}?uploadType=media&name=mine`).send('x').expect(405);
    await request(world.url).put(`${path}?uploadType=resumable&upload_id=guessed`).send('x').expect(404);
    expect(await world.objects()).not.toContain('mine');
  });

  test('upload sessions are open to our own pages only', async () => {
    const ana = await world.user();
    const bytes = await picture();
    const allowed = async (origin: string) => {
      const wanted = { bytes: bytes.length, type: 'image/jpeg', sha256: '0'.repeat(64) };
      const { body } = await ana.post('/v1/uploads').set('Origin', origin).send(wanted).expect(201);
      const { pathname, search } = new URL(body.sessionUrl as string);
      const atBucket = await request(world.cloud.endpoints.storage)
        .put(`${pathname}${search}`)
        .set({ Origin: origin, 'Content-Range': `bytes */${bytes.length}` });
      return atBucket.headers['access-control-allow-origin'];
    };
    expect(await allowed(world.url)).toBe(world.url);
    expect(await allowed('https://elsewhere.example')).toBeUndefined();
  });

  test('the route to upload sessions serves a page of this app by the address of the network, which the bucket does not answer', async () => {
    const ana = await home.mint('ana');
    const bytes = await picture({ width: 64, height: 48 });
    const address = { Host: '192.168.1.5:8080', Origin: 'http://192.168.1.5:8080' };
    const wanted = { bytes: bytes.length, type: 'image/jpeg', sha256: sha256(bytes) };

    const { body } = await request(onNetwork.appUrl)
      .post('/v1/uploads')
      .set({ Authorization: `Bearer ${ana.token}`, ...address })
      .send(wanted)
      .expect(201);

    const { origin, pathname, search } = new URL(body.sessionUrl as string);
    expect(origin).toBe(address.Origin);
    await request(onNetwork.appUrl).put(`${pathname}${search}`).set(address).send(bytes).expect(200);
  });
});

describe('changing doors', () => {
  test('in the middle makes one photo, and the other object goes', async () => {
    const ana = await world.user();
    const before = await world.objects();
    const bytes = await picture({ bytes: 3 * QUANTUM });
    const { id, sessionUrl } = await open(ana, bytes);
    await put(sessionUrl, bytes.subarray(0, QUANTUM), `bytes 0-${QUANTUM - 1}/${bytes.length}`);

    const front = await ana.upload(bytes).expect(201);
    await send(sessionUrl, bytes);
    const { body } = await batch(ana, id).expect(200);

    expect(body.results).toMatchObject([{ status: 'duplicate', photo: { id: front.body.photo.id } }]);
    await world.drain();
    const originals = (names: string[]) => names.filter((name) => name.startsWith('originals/'));
    expect(originals(await world.objects())).toHaveLength(originals(before).length + 1);
  });

  test('a repeated photo by another upload route gives the first one, also out of the trash', async () => {
    const ana = await world.user();
    const bytes = await picture();
    const { body } = await batch(ana, await sendDirect(ana, bytes)).expect(200);
    const { id } = body.results[0].photo;

    expect((await ana.upload(bytes).expect(200)).body).toMatchObject({ status: 'duplicate', photo: { id } });
    await ana.delete(`/v1/photos/${id}`).expect(204);
    const again = await batch(ana, await sendDirect(ana, bytes)).expect(200);
    expect(again.body.results).toMatchObject([{ status: 'restored', photo: { id, trashedAt: null } }]);
  });
});
