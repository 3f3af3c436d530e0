import request from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Album } from '../../src/features/albums/schemas.ts';
import type { Photo } from '../../src/features/photos/schemas.ts';
import { GuestPage, Share, SharedHead, SharesPage } from '../../src/features/shares/schemas.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { checked } from '../support/checked.ts';
import { countedDatastore } from '../support/counted-datastore.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { secondInstance } from '../support/second-instance.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });
const line = await countedDatastore(world.cloud.endpoints.datastore);
/** Another instance, which guests ask. */
const url = await secondInstance(world, { datastore: line.endpoint }, { RATE_LIMITS: 'off' });

/** What only the owner may see: place, camera, file name, and the token that opens an original. */
const PRIVATE = [
  /12\.3456/,
  /98\.7654/,
  /SecretCamera/,
  /SN-4711/,
  /secret-name/i,
  /Exif\0\0/,
  /"original"/,
  /[?]t=\w{16}[ox]/,
];

let ana: TestUser;
/** Taken on 1, 2 and 3 July. */
let ids: string[];
let album: string;

beforeAll(async () => {
  ana = await world.user();
  ids = [];
  for (const day of [1, 2, 3]) {
    const bytes = await picture({
      width: 400,
      height: 300,
      takenAt: `2019-07-0${day}T10:00:00`,
      gps: { latitude: 12.345678, longitude: -98.765432 },
      camera: { make: 'SecretCamera', model: 'One' },
      exif: { IFD2: { BodySerialNumber: 'SN-4711' } },
    });
    const { body } = await ana
      .upload(bytes, { fileName: 'secret-name.jpg', fields: { caption: String(day) } })
      .expect(201);
    ids.push((body as { photo: Photo }).photo.id);
  }
  await world.drain();
  album = ((await ana.post('/v1/albums').send({ title: 'Harbour' }).expect(201)).body as Album).id;
  await ana.post(`/v1/albums/${album}/photos`).send({ ids }).expect(200);
});

const share = async (body: object): Promise<Share> =>
  checked(Share, (await ana.post('/v1/shares').send(body).expect(201)).body);

const guest = (path: string, headers: Record<string, string> = {}) =>
  request(url).get(`/v1/shared/${path}`).set(headers);

const head = async ({ token }: Share) => checked(SharedHead, (await guest(token).expect(200)).body);

const photosOf = async ({ token }: Share, query = '', headers = {}) =>
  checked(GuestPage, (await guest(`${token}/photos${query}`, headers).expect(200)).body);

const captions = ({ items }: { items: { caption: string }[] }) => items.map(({ caption }) => caption).join('');

describe('what a guest sees', () => {
  test('an album is shown with its photos, and with nothing that only its owner may see', async () => {
    const made = await share({ album });
    expect(made).toMatchObject({ url: `/s/${made.token}`, album, hasPassword: false, upload: false, views: 0 });
    expect(Date.parse(made.expiresAt) - world.clock.now()).toBe(30 * DAY_MS);
    expect(await head(made)).toMatchObject({
      title: 'Harbour',
      owner: ana.name,
      kind: 'album',
      count: 3,
      originals: false,
    });
    const page = await photosOf(made, '?limit=2');
    expect(captions(page) + captions(await photosOf(made, `?limit=2&cursor=${page.next}`))).toBe('321');
    const told = JSON.stringify([made.title, await head(made), await photosOf(made)]);
    for (const secret of PRIVATE) expect(told).not.toMatch(secret);
    for (const format of ['jpeg', 'webp', 'avif']) {
      for (const { url: shown } of Object.values(page.items[0]!.variants)) {
        const picture = await request(url).get(`${shown}&format=${format}`).responseType('blob').expect(200);
        expect(picture.headers['cache-control']).toBe('private, max-age=60');
        const bytes = (picture.body as Buffer).toString('latin1');
        for (const secret of PRIVATE) expect(bytes).not.toMatch(secret);
      }
    }
    // The same token opens no other size, photo or place.
    const thumb = page.items[0]!.variants.thumb.url;
    await request(url).get(thumb.replace('/thumb', '/original')).expect(401);
    await request(url).get(thumb.replace(page.items[0]!.id, ids[0]!)).expect(401);
    await request(url).get('/v1/timeline').set('Authorization', `Bearer ${made.token}`).expect(401);
  });

  test('the originals and places are shown where their owner grants them', async () => {
    const made = await share({ photos: [ids[0]], originals: true, location: true });
    const [photo] = (await photosOf(made)).items;
    expect(photo?.location).toMatchObject({ latitude: expect.closeTo(12.345678, 3) as number });
    const original = await request(url)
      .get(photo?.original?.url ?? '')
      .responseType('blob')
      .expect(200);
    expect(original.headers['cache-control']).toBe('private, max-age=60');
    expect((original.body as Buffer).toString('latin1')).toMatch(/SN-4711/);
    await ana.patch(`/v1/shares/${made.id}`).send({ originals: false }).expect(200);
    await world.advance(MINUTE_MS);
    await request(url)
      .get(photo?.original?.url ?? '')
      .expect(404);
    expect((await photosOf(made)).items[0]).not.toHaveProperty('original');
  });

  test('chosen photos are shown in their order without those in the trash, and the timeline without the archive', async () => {
    const chosen = await share({ photos: [ids[1], ids[2], ids[0], ids[1]], title: ' Three ' });
    expect(await head(chosen)).toMatchObject({ title: 'Three', kind: 'photos', count: 3 });
    const first = await photosOf(chosen, '?limit=1');
    const second = await photosOf(chosen, `?limit=1&cursor=${first.next}`);
    const back = await photosOf(chosen, `?limit=1&cursor=${second.prev}`);
    expect([captions(first), captions(second), captions(back), first.prev]).toEqual(['2', '3', '2', null]);
    await ana.delete(`/v1/photos/${ids[2]}`).expect(204);
    expect(captions(await photosOf(chosen))).toBe('21');
    await ana.post(`/v1/photos/${ids[2]}/restore`).expect(200);
    expect(captions(await photosOf(chosen))).toBe('231');

    const timeline = await share({ timeline: true });
    await ana.patch(`/v1/photos/${ids[0]}`).send({ archived: true }).expect(200);
    expect([captions(await photosOf(timeline)), (await head(timeline)).count]).toEqual(['32', null]);
    await ana.patch(`/v1/photos/${ids[0]}`).send({ archived: false }).expect(200);
    // A cursor of one share is refused by another.
    const other = await share({ photos: ids });
    const refused = await guest(`${other.token}/photos?cursor=${first.next}`).expect(400);
    expect(problemOf(refused).code).toBe('cursor-mismatch');
  });
});

describe('the end of a share', () => {
  test('a revoked share is gone in the next read, and its pictures within a minute', async () => {
    const made = await share({ album });
    const { thumb } = (await photosOf(made)).items[0]!.variants;
    await request(url).get(thumb.url).expect(200);
    await ana.delete(`/v1/shares/${made.id}`).expect(204);
    for (const path of ['', '/photos']) await guest(`${made.token}${path}`).expect(404);
    await world.advance(MINUTE_MS);
    await request(url).get(thumb.url).expect(404);
    await ana.delete(`/v1/shares/${made.id}`).expect(404);
  });

  test('a share ends at its time, and URLs of its pictures after an hour at the most', async () => {
    const made = await share({ album, expiresAt: new Date(world.clock.now() + 2 * 60 * MINUTE_MS).toISOString() });
    const { thumb } = (await photosOf(made)).items[0]!.variants;
    await world.advance(60 * MINUTE_MS);
    await request(url).get(thumb.url).expect(401);
    const fresh = (await photosOf(made)).items[0]!.variants.thumb;
    await world.advance(60 * MINUTE_MS);
    expect(problemOf(await guest(made.token).expect(410)).code).toBe('gone');
    await request(url)
      .get(fresh.url)
      .expect((reply) => expect([401, 404]).toContain(reply.status));
    const again = await signUp(world.url, ana.name);
    await again
      .patch(`/v1/shares/${made.id}`)
      .send({ expiresAt: new Date(world.clock.now() + DAY_MS).toISOString() })
      .expect(200);
    await head(made);
    ana = again;
  });

  test('the share of an album that is deleted shows nothing', async () => {
    const { body } = await ana.post('/v1/albums').send({ title: 'Short' }).expect(201);
    const made = await share({ album: (body as Album).id });
    await head(made);
    await ana.delete(`/v1/albums/${(body as Album).id}`).expect(204);
    for (const path of ['', '/photos']) await guest(`${made.token}${path}`).expect(404);
  });

  test('a wrong token costs no lookup and no count', async () => {
    const { token } = await share({ album });
    line.taken();
    for (const wrong of [
      'x',
      token.slice(1),
      `${token.slice(0, -1)}${token.endsWith('A') ? 'E' : 'A'}`,
      'A'.repeat(59),
    ]) {
      await guest(wrong).expect(404);
      await guest(`${wrong}/photos`).expect(404);
      await request(url).post(`/v1/shared/${wrong}/unlock`).send({ password: 'x' }).expect(404);
    }
    expect(line.taken()).toEqual({ calls: [], reads: 0, writes: 0, deletes: 0 });
    await guest(`${token}/photos`).expect(200);
    // Owner and share, then owner, album and index.
    expect(line.taken().reads).toBe(2 + 3);
  });
});

describe('a password', () => {
  test('a share with a password shows nothing before it is unlocked, and takes ten guesses a minute', async () => {
    const made = await share({ album, password: 'sesame' });
    const unlock = (password: string) => request(url).post(`/v1/shared/${made.token}/unlock`).send({ password });
    expect(problemOf(await guest(made.token).expect(401)).code).toBe('share-locked');
    expect(JSON.stringify((await guest(`${made.token}/photos`).expect(401)).body)).not.toContain('Harbour');
    await unlock('wrong').expect(401);
    const opened = await unlock('sesame').expect(200);
    const { unlock: pass } = opened.body as { unlock: string };
    expect(captions(await photosOf(made, '', { 'Share-Unlock': pass }))).toBe('321');
    const cookie = String(opened.headers['set-cookie']?.[0]).split(';')[0] ?? '';
    expect(captions(await photosOf(made, '', { Cookie: cookie }))).toBe('321');
    const other = await share({ album, password: 'sesame' });
    await guest(other.token, { 'Share-Unlock': pass }).expect(401);

    const guesses = await Promise.all(Array.from({ length: 12 }, (_, at) => unlock(`guess ${at}`)));
    expect(guesses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      ...Array<number>(8).fill(401),
      ...Array<number>(4).fill(429),
    ]);
    const refused = await unlock('sesame').expect(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await world.advance(MINUTE_MS);
    await unlock('sesame').expect(200);

    await ana.patch(`/v1/shares/${made.id}`).send({ password: 'other' }).expect(200);
    await guest(made.token, { 'Share-Unlock': pass }).expect(401);
    await ana.patch(`/v1/shares/${made.id}`).send({ password: null }).expect(200);
    await guest(made.token).expect(200);
    const stored = await world.datastore.createQuery('Share').run();
    expect(JSON.stringify(stored)).not.toMatch(/sesame/);
  });
});

describe('uploads by guests', () => {
  test('a guest adds a photo to the shared album where that is granted, and learns nothing of the library', async () => {
    const made = await share({ album, upload: true, password: 'sesame' });
    const upload = async (bytes: Buffer, headers: Record<string, string>, { token } = made) =>
      request(url).post(`/v1/shared/${token}/photos`).set(headers).attach('image', bytes, 'guest.jpg');
    const bytes = await picture({ takenAt: '2019-07-04T10:00:00', width: 40, height: 30 });
    expect((await upload(bytes, {})).status).toBe(401);
    const { body } = await request(url)
      .post(`/v1/shared/${made.token}/unlock`)
      .send({ password: 'sesame' })
      .expect(200);
    const pass = { 'Share-Unlock': (body as { unlock: string }).unlock, 'Idempotency-Key': 'share 1' };
    const first = await upload(bytes, pass);
    const again = await upload(bytes, pass);
    expect([first.status, first.body, again.status, again.body]).toEqual([
      201,
      { status: 'received' },
      201,
      first.body,
    ]);
    await world.drain();
    expect((await photosOf(made, '', pass)).items.length).toBe(4);
    expect((await ana.read('/v1/timeline', TimelinePage)).items.length).toBe(4);
    expect((await upload(Buffer.from('no picture'), pass)).status).toBe(415);
    expect((await upload(bytes, {}, await share({ album }))).status).toBe(403);
    const id = (await ana.read('/v1/timeline', TimelinePage)).items[0]?.id ?? '';
    await ana.delete(`/v1/photos/${id}`).expect(204);
  });
});

describe('the shares of an owner', () => {
  test('shares are listed, edited by If-Match, repeated by key, and hidden from other users', async () => {
    const make = () => ana.post('/v1/shares').set('Idempotency-Key', 'share 1').send({ album, title: 'Keyed' });
    const [first, second] = [await make().expect(201), await make().expect(201)];
    expect([second.body, second.headers['idempotent-replayed']]).toEqual([first.body, 'true']);
    const made = checked(Share, first.body);
    const { items } = await ana.read('/v1/shares', SharesPage);
    expect(items).toContainEqual(made);
    const edit = (ifMatch: string) =>
      ana.patch(`/v1/shares/${made.id}`).set('If-Match', ifMatch).send({ title: '<b>New</b>', upload: true });
    expect((await edit(String(first.headers['etag'])).expect(200)).body).toMatchObject({
      title: '<b>New</b>',
      revision: 2,
    });
    expect(problemOf(await edit('"1"').expect(412))['current']).toMatchObject({ revision: 2 });
    const ben = await world.user();
    await ben.patch(`/v1/shares/${made.id}`).send({ title: 'Mine' }).expect(404);
    await ben.delete(`/v1/shares/${made.id}`).expect(404);
    // Neither a share of another person's photo nor of another person's album.
    await ben.post('/v1/shares').send({ album }).expect(404);
    const problem = problemOf(
      await ben
        .post('/v1/shares')
        .send({ photos: [ids[0]] })
        .expect(400),
    );
    expect(problem.errors).toMatchObject([{ pointer: '/photos/0' }]);
  });

  test.each([
    [{}, ''],
    [{ timeline: true, photos: ['A'.repeat(16)] }, ''],
    [{ photos: [] }, '/photos'],
    [{ timeline: true, password: '' }, '/password'],
    [{ timeline: true, expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    [{ timeline: true, expiresAt: '2036-01-01T00:00:00Z' }, '/expiresAt'],
    [{ timeline: true, title: 'x'.repeat(201) }, '/title'],
    [{ share: 'A'.repeat(16) }, '/share'],
  ])('a share %j is refused at %s', async (body, pointer) => {
    const problem = problemOf(await ana.post('/v1/shares').send(body).expect(400));
    expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
  });

  test('views are counted by a task, once a minute', async () => {
    const made = await share({ album });
    const views = async () => {
      await world.drain();
      return (await ana.read('/v1/shares', SharesPage)).items.find(({ id }) => id === made.id)?.views;
    };
    for (let count = 0; count < 5; count++) await head(made);
    expect(await views()).toBe(1);
    await world.advance(MINUTE_MS);
    await head(made);
    expect(await views()).toBe(6);
  });

  test('an account has 200 shares, and one more replaces the share that has expired first', async () => {
    const cleo = await world.user();
    const make = (body: object) => cleo.post('/v1/shares').send({ timeline: true, ...body });
    const in2Hours = new Date(world.clock.now() + 120 * MINUTE_MS).toISOString();
    const inAnHour = new Date(world.clock.now() + 60 * MINUTE_MS).toISOString();
    const later = ((await make({ expiresAt: in2Hours }).expect(201)).body as Share).id;
    const first = ((await make({ expiresAt: inAnHour }).expect(201)).body as Share).id;
    await Promise.all(Array.from({ length: 198 }, () => make({}).expect(201)));
    expect(problemOf(await make({}).expect(429))).toMatchObject({ code: 'too-many-shares', maxShares: 200 });
    await world.advance(120 * MINUTE_MS);
    const again = await signUp(world.url, cleo.name);
    const post = () => again.post('/v1/shares').send({ timeline: true });
    await post().expect(201);
    const kept = (await again.read('/v1/shares', SharesPage)).items.map(({ id }) => id);
    expect([kept.length, kept.includes(first), kept.includes(later)]).toEqual([200, false, true]);
    await post().expect(201);
    await post().expect(429);
  });
});
