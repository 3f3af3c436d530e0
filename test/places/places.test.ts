import request from 'supertest';
import { beforeAll, expect, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import { Photo } from '../../src/features/photos/schemas.ts';
import { SearchPage } from '../../src/features/search/schemas.ts';
import { PlaceListReply } from '../../src/features/places/schemas.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { keyOf } from '../../src/data/model/kind.ts';
import { UserKind } from '../../src/data/model/entity-kinds.ts';
import type { UserId } from '../../src/runtime/ids.ts';
import { picture } from '../support/picture.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();

const BERLIN = { latitude: 52.52, longitude: 13.4 };
const POTSDAM = { latitude: 52.4, longitude: 13.06 };
const KYOTO = { latitude: 35.0116, longitude: 135.7681 };
const AT_SEA = { latitude: 0, longitude: -140 };

const LABELLED_AFTER_MS = 10_000;

async function post(user: TestUser, gps: { latitude: number; longitude: number } | undefined, takenAt: string) {
  const file = await picture({ width: 16, height: 16, takenAt, ...(gps && { gps }) });
  return (await user.upload(file).expect(201)).body.photo.id as string;
}

const photoOf = (user: TestUser, id: string) => user.read(`/v1/photos/${id}`, Photo);
const edit = (user: TestUser, id: string, change: object) => user.patch(`/v1/photos/${id}`).send(change);

/** As `Germany 2: Berlin 1, Potsdam 1`. */
async function told(user: TestUser): Promise<string[]> {
  // A task chooses the cover of a place that has lost its own.
  await world.drain();
  const { items } = await user.read('/v1/places', PlaceListReply);
  for (const { cover, cities } of items) expect([cover, ...cities.map((city) => city.cover)]).not.toContain(null);
  return items.map(({ country, count, cities }) => {
    const counted = cities.map((city) => `${city.city ?? city.region} ${city.count}`);
    return `${country} ${count}: ${counted.join(', ')}`;
  });
}

let ana: TestUser;
/** A photo before its place was looked up. */
let before: Photo;
let photos: Record<'berlin' | 'potsdam' | 'kyoto' | 'sea' | 'none', string>;

beforeAll(async () => {
  ana = await world.user('ana');
  photos = {
    berlin: await post(ana, BERLIN, '2019-07-01T10:00:00'),
    potsdam: await post(ana, POTSDAM, '2019-07-02T10:00:00'),
    kyoto: await post(ana, KYOTO, '2020-07-01T10:00:00'),
    sea: await post(ana, AT_SEA, '2021-07-01T10:00:00'),
    none: await post(ana, undefined, '2021-07-02T10:00:00'),
  };
  before = await photoOf(ana, photos.berlin);
  await world.advance(LABELLED_AFTER_MS);
});

test('new photos get the places of their coordinates from a task, and the list of places counts them', async () => {
  expect(before.place).toBeNull();
  expect((await photoOf(ana, photos.berlin)).place).toEqual({
    country: 'Germany',
    code: 'DE',
    region: 'State of Berlin',
    city: 'Berlin',
    source: 'location',
  });
  expect((await photoOf(ana, photos.sea)).place).toBeNull();
  expect((await photoOf(ana, photos.none)).place).toBeNull();
  expect(await told(ana)).toEqual(['Germany 2: Berlin 1, Potsdam 1', 'Japan 1: Kyoto 1']);
  expect((await ana.read('/v1/me', Me)).places).toEqual({ complete: true });
  const { headers, body } = await ana.get('/v1/places').expect(200);
  await ana
    .get('/v1/places')
    .set('If-None-Match', headers['etag'] ?? '')
    .expect(304);
  await request(world.url).get(body.items[0].coverUrls.small).expect(200);
});

test('the photos of a country and of a city are pages with cursors, newest first', async () => {
  const { items } = await ana.read('/v1/places', PlaceListReply);
  const [germany] = items;
  const pageOf = async (place: string | undefined, more = '') =>
    ana.read(`/v1/places/photos?place=${encodeURIComponent(place ?? '')}${more}`, TimelinePage);
  const ids = (page: TimelinePage) => page.items.map(({ id }) => id);
  expect(ids(await pageOf(germany?.place))).toEqual([photos.potsdam, photos.berlin]);
  expect(ids(await pageOf(germany?.cities.find(({ city }) => city === 'Berlin')?.place))).toEqual([photos.berlin]);
  const first = await pageOf(germany?.place, '&limit=1');
  const second = await pageOf(germany?.place, `&limit=1&cursor=${first.next}`);
  expect([ids(first), ids(second)]).toEqual([[photos.potsdam], [photos.berlin]]);
  expect(ids(await pageOf('atlantis'))).toEqual([]);
  await ana.get(`/v1/places/photos?place=japan&cursor=${first.next}`).expect(400);
  for (const query of ['', '?place=', `?place=${'x'.repeat(1001)}`, '?place=a&place=b']) {
    await ana.get(`/v1/places/photos${query}`).expect(400);
  }
});

test("the owner's word on a place stands above the coordinates, and null takes it back", async () => {
  const own = await edit(ana, photos.berlin, { place: { city: ' Home ', country: 'Germany' } }).expect(200);
  expect(own.body.place).toEqual({ country: 'Germany', code: null, region: null, city: 'Home', source: 'owner' });
  expect(await told(ana)).toEqual(['Germany 2: Home 1, Potsdam 1', 'Japan 1: Kyoto 1']);
  await edit(ana, photos.berlin, { location: KYOTO }).expect(200);
  await world.advance(LABELLED_AFTER_MS);
  expect((await photoOf(ana, photos.berlin)).place?.city).toBe('Home');
  await edit(ana, photos.berlin, { place: null }).expect(200);
  expect(await told(ana)).toEqual(['Japan 2: Kyoto 2', 'Germany 1: Potsdam 1']);
  await edit(ana, photos.berlin, { location: null }).expect(200);
  expect((await photoOf(ana, photos.berlin)).place).toBeNull();
  await world.advance(LABELLED_AFTER_MS);
  expect(await told(ana)).toEqual(['Germany 2: Berlin 1, Potsdam 1', 'Japan 1: Kyoto 1']);
  await edit(ana, photos.none, { place: { region: 'Alps/West', city: '<b>, الجبل' } }).expect(200);
  expect(await told(ana)).toContain('null 1: <b>, الجبل 1');
  const placed = await ana.read('/v1/search?hasPlace=true', SearchPage);
  expect(placed.items.map(({ id }) => id)).toContain(photos.none);
  await edit(ana, photos.none, { place: null }).expect(200);
  for (const place of [
    {},
    { city: '' },
    { city: '\u0000' },
    { city: 'x'.repeat(81) },
    { town: 'X' },
    'Berlin',
    { city: 1 },
  ]) {
    await edit(ana, photos.none, { place }).expect(400);
  }
});

test('archive, trash, restore and erase change the counts in the same commit, and a place gets another cover', async () => {
  const ben = await world.user('ben');
  const first = await post(ben, BERLIN, '2019-07-01T10:00:00');
  const second = await post(ben, BERLIN, '2019-07-02T10:00:00');
  await world.advance(LABELLED_AFTER_MS);
  const coverOf = async () => (await ben.read('/v1/places', PlaceListReply)).items[0]?.cities[0]?.cover;
  const count = async () => (await ben.read('/v1/places', PlaceListReply)).items[0]?.count ?? 0;
  const cover = (await coverOf()) ?? '';
  const other = cover === first ? second : first;
  await edit(ben, cover, { archived: true }).expect(200);
  expect([await count(), await coverOf()]).toEqual([1, null]);
  await world.drain();
  expect(await coverOf()).toBe(other);
  await ben.delete(`/v1/photos/${other}`).expect(204);
  expect(await count()).toBe(0);
  await ben.post(`/v1/photos/${other}/restore`).expect(200);
  await edit(ben, cover, { archived: false }).expect(200);
  expect(await count()).toBe(2);
  await ben.delete(`/v1/photos/${other}`).expect(204);
  await ben.delete(`/v1/trash/${other}`).expect(204);
  await world.drain();
  expect([await count(), await coverOf()]).toEqual([1, cover]);
});

test('photos of an earlier release get their places in a night, in steps that can be repeated', async () => {
  const cleo = await world.user('cleo');
  const ids: string[] = [];
  for (let count = 0; count < 27; count++)
    ids.push(await post(cleo, count % 2 ? KYOTO : BERLIN, '2019-07-01T10:00:00'));
  await world.advance(LABELLED_AFTER_MS);
  const before = await told(cleo);
  const user = (await cleo.read('/v1/me', Me)).id as UserId;
  // What an earlier release leaves: it writes the user without the property, and counts no place.
  const key = keyOf(world.datastore, user, UserKind);
  const [stored] = (await world.datastore.get(key)) as [Record<string, unknown>];
  delete stored['places'];
  await world.datastore.save({ key, data: stored, excludeFromIndexes: Object.keys(stored) });
  await cleo.delete(`/v1/photos/${ids[0]}`).expect(204);
  await cleo.post(`/v1/photos/${ids[0]}/restore`).expect(200);
  expect((await cleo.read('/v1/me', Me)).places).toEqual({ complete: false, photos: 0 });
  expect((await cleo.read('/v1/places', PlaceListReply)).complete).toBe(false);
  await world.cloud.deliverTwice(true);
  await world.cloud.runCron('/cron/name-places');
  await world.drain();
  await world.cloud.deliverTwice(false);
  expect((await cleo.read('/v1/me', Me)).places).toEqual({ complete: true });
  expect((await cleo.read('/v1/places', PlaceListReply)).complete).toBe(true);
  expect(await told(cleo)).toEqual(before);
});

test('strangers, guests of a share and members of an album see no place, even where the share shows the location', async () => {
  await ana.patch('/v1/me').send({ visibility: 'public' }).expect(200);
  await edit(ana, photos.kyoto, { place: { city: 'Secret garden' } }).expect(200);
  const { body } = await ana
    .post('/v1/shares')
    .send({ photos: [photos.kyoto, photos.potsdam], location: true, originals: true })
    .expect(201);
  const get = (path: string) => request(world.url).get(path).expect(200);
  const shown = await Promise.all([
    get(`/v1/shared/${body.token}`),
    get(`/v1/shared/${body.token}/photos`),
    get(`/s/${body.token}`),
    get('/v1/users/ana/timeline'),
    get('/user/ana/web/'),
    get('/user/ana/json/'),
  ]);
  const member = await world.user('member');
  const { id: album } = (await ana.post('/v1/albums').send({ title: 'Together' }).expect(201)).body as { id: string };
  await ana
    .post(`/v1/albums/${album}/photos`)
    .send({ ids: [photos.kyoto, photos.potsdam] })
    .expect(200);
  const invited = await ana.post(`/v1/albums/${album}/members`).send({ role: 'viewer' }).expect(201);
  const { link } = invited.body as { link: { token: string } };
  await member.post(`/v1/invitations/${link.token}`).expect(200);
  await world.drain();
  for (const path of [
    `/v1/albums/${album}/photos?fields=all`,
    `/albums/${album}`,
    '/v1/changes',
    '/v1/search?q=garden',
  ]) {
    shown.push(await member.get(path).expect(200));
  }
  expect(shown.at(-1)?.body).toMatchObject({ items: [] });
  for (const { text } of shown.slice(0, -1)) {
    expect(text.length).toBeGreaterThan(100);
    expect(text).not.toMatch(/Secret garden|Potsdam|Brandenburg|Germany|"place"/);
  }
  const stranger = await world.user('stranger');
  expect((await stranger.read('/v1/places', PlaceListReply)).items).toEqual([]);
  await stranger.get(`/v1/photos/${photos.kyoto}`).expect(404);
  expect((await stranger.read('/v1/places/photos?place=japan', TimelinePage)).items).toEqual([]);
  await edit(ana, photos.kyoto, { place: null }).expect(200);
});

test('the pages show places as a list that leads to their photos, and a form by which the owner names a place', async () => {
  const reply = await request(world.url).post('/signin').type('form').send({ name: 'ana', returnTo: '/' }).expect(303);
  const cookie = String(reply.headers['set-cookie']);
  const page = async (path: string) => (await request(world.url).get(path).set('Cookie', cookie).expect(200)).text;
  const list = await page('/places');
  expect(list).toMatch(/Germany[\s\S]*2 photos[\s\S]*Berlin[\s\S]*Japan/);
  const [, link = ''] = /href="(\/places\/photos\?place=[^"]*berlin[^"]*)"/.exec(list) ?? [];
  expect(await page(link.replaceAll('&amp;', '&'))).toContain(`/photo/${photos.berlin}`);
  const path = `/photo/${photos.berlin}`;
  const names = { cityBefore: 'Berlin', regionBefore: 'State of Berlin', countryBefore: 'Germany' };
  const send = (form: Record<string, string>) =>
    request(world.url)
      .post(path)
      .set({ Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' })
      .type('form')
      .send({ act: 'edit', ...names, ...form });
  expect(await page(path)).toContain('Berlin, State of Berlin, Germany');
  await send({ city: 'Berlin', region: 'State of Berlin', country: 'Germany', caption: 'Same' }).expect(303);
  expect((await photoOf(ana, photos.berlin)).place?.source).toBe('location');
  await send({ city: 'Wedding', region: '', country: 'Germany' }).expect(303);
  expect(await page(path)).toMatch(/Wedding, Germany<\/bdi>\s*<small>set by you/);
  const undone = { act: 'undo-edit' };
  await send(undone).expect(303);
  expect((await photoOf(ana, photos.berlin)).place?.city).toBe('Berlin');
  await send({ city: 'x'.repeat(81), region: '', country: '' }).expect(400);
});
