import request from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import { checked } from '../support/checked.ts';
import type { z } from 'zod';
import { Grants } from '../../src/features/upload-grants/schemas.ts';
import { MadeToken } from '../../src/features/tokens/schemas.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { LEAST_REFUSAL_MS } from '../../src/http/refuse-evenly.ts';
import type { UserId } from '../../src/runtime/ids.ts';
import { createClients } from '../../src/app/clients.ts';
import { readConfig } from '../../src/app/config.ts';
import { createStore } from '../../src/data/read/store.ts';
import { chaosWith } from '../support/chaos.ts';
import { costRow as rowOf, figures } from '../support/cost-table.ts';
import { countedDatastore, type Cost } from '../support/counted-datastore.ts';
import { googleEnv } from '../support/google-instance.ts';
import { picture } from '../support/picture.ts';
import { secondInstance } from '../support/second-instance.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { putFile } from '../upload-grants/put-file.ts';

const world = await startWorld();
const line = await countedDatastore(world.cloud.endpoints.datastore);
const url = await secondInstance(world, { datastore: line.endpoint });
const google = await secondInstance(world, { datastore: line.endpoint }, googleEnv(world.cloud.endpoints.issuer));

/** Photos on the pages. */
const PHOTOS = 50;

let ana: TestUser;
let id: UserId;
const photos: string[] = [];

beforeAll(async () => {
  const there = await world.user();
  for (let count = 0; count < PHOTOS; count++) {
    const { body } = await there.upload(await picture({ width: 16, height: 16 })).expect(201);
    photos.push(body.photo.id as string);
  }
  await world.drain();
  ana = await signUp(url, there.name);
  id = (await ana.get('/v1/me').expect(200)).body.id as UserId;
  const made = await ana
    .post('/v1/tokens')
    .send({ name: 'Phone', scopes: ['read'] })
    .expect(201);
  token = checked(MadeToken, made.body);
  const granted = await ana.post('/v1/upload-grants').send({ count: 1 }).expect(201);
  grant = checked(Grants, granted.body).grants[0]?.url ?? '';
  await request(url).get('/v1/me').set('Authorization', `Bearer ${token.token}`).expect(200);
});

/** An upload grant of ana. */
let grant: string;
/** A personal token of ana. */
let token: z.infer<typeof MadeToken>;

const costOf = async (request: PromiseLike<unknown>): Promise<Cost> => {
  line.taken();
  await request;
  return line.taken();
};

describe('what a request costs', () => {
  const page = '/v1/timeline?limit=50';

  test('a fresh page costs a lookup and a query in one transaction', async () => {
    const cost = await costOf(ana.get(page).expect(200));
    expect(cost).toEqual({ calls: ['Lookup', 'RunQuery'], reads: 2, writes: 0, deletes: 0 });
    expect(figures).toContain(rowOf('page of 50, fresh', cost));
  });

  test('a page that this instance knows, or that the client has: one lookup', async () => {
    const known = await costOf(ana.get(page).expect(200));
    expect(known).toEqual({ calls: ['Lookup'], reads: 1, writes: 0, deletes: 0 });
    const etag = (await ana.get(page)).headers['etag'] ?? '';
    const unchanged = await costOf(ana.get(page).set('If-None-Match', etag).expect(304));
    expect(unchanged).toEqual(known);
    expect(figures).toContain(rowOf('page, unchanged', unchanged));
  });

  test('a list of tokens costs a query, and a request with one costs a lookup more', async () => {
    const list = await costOf(ana.get('/v1/tokens').expect(200));
    expect(list).toMatchObject({ calls: ['RunQuery'], writes: 0 });
    expect(figures).toContain(rowOf('list of tokens, of one', list));
    const bearer = { Authorization: `Bearer ${token.token}` };
    const known = await costOf(request(url).get(page).set(bearer).expect(200));
    expect(known).toEqual({ calls: ['Lookup', 'Lookup'], reads: 3, writes: 0, deletes: 0 });
    expect(figures).toContain(rowOf('page, unchanged, by a token', known));
    const grants = await costOf(ana.post('/v1/upload-grants').send({ count: 200 }).expect(201));
    expect(figures).toContain(rowOf('200 upload grants', grants));
  });

  test('the days of a year: a lookup and a query', async () => {
    const cost = await costOf(ana.get('/v1/timeline/days').expect(200));
    expect(cost).toMatchObject({ calls: ['Lookup', 'RunQuery'], writes: 0 });
    expect(figures).toContain(rowOf('days of one year', cost));
  });

  test('the memories of a day: a lookup, a query of the years, and one for each year that has photos of it', async () => {
    const there = await signUp(url, 'rememberer');
    for (const takenAt of ['2020-05-05T10:00:00', '2021-05-05T10:00:00', '2021-05-05T11:00:00', '2022-06-05T10:00:00'])
      await there.upload(await picture({ takenAt, width: 16, height: 16 })).expect(201);
    await world.drain();
    const memories = '/v1/memories?date=2026-05-05';
    const fresh = await costOf(there.get(memories).expect(200));
    expect(fresh.calls).toEqual(['Lookup', 'RunQuery', 'RunQuery', 'RunQuery']);
    expect(figures).toContain(rowOf('memories of a day, of two years', fresh));
    const etag = (await there.get(memories)).headers['etag'] ?? '';
    const unchanged = await costOf(there.get(memories).set('If-None-Match', etag).expect(304));
    expect(unchanged).toEqual({ calls: ['Lookup'], reads: 1, writes: 0, deletes: 0 });
  });

  test.for([
    ['upload', async () => ana.upload(await picture({ width: 16, height: 16 })).expect(201)],
    ['edit', async () => ana.patch(`/v1/photos/${photos[0]}`).send({ caption: 'Changed' }).expect(200)],
    [
      'name a place',
      async () =>
        ana
          .patch(`/v1/photos/${photos[3]}`)
          .send({ place: { city: 'Berlin', country: 'Germany' } })
          .expect(200),
    ],
    ['favourite', async () => ana.patch(`/v1/photos/${photos[1]}`).send({ favourite: true }).expect(200)],
    ['move to the trash', async () => ana.delete(`/v1/photos/${photos[2]}`).expect(204)],
    ['delete for good', async () => ana.delete(`/v1/trash/${photos[2]}`).expect(204)],
    [
      'make a token',
      async () =>
        ana
          .post('/v1/tokens')
          .send({ name: 'Script', scopes: ['read'] })
          .expect(201),
    ],
    ['upload by a grant', async () => putFile(grant, await picture({ width: 16, height: 16 }))],
    [
      'direct upload grant',
      async () => ana.post('/v1/upload-grants').send({ direct: true, count: 1, maxBytes: 1000 }).expect(201),
    ],
    ['revoke a token', async () => ana.delete(`/v1/tokens/${token.id}`).expect(204)],
  ] as const)('%s: one commit', async ([what, request], { skip }) => {
    skip(chaosWith('abort'), 'Left out in chaos: it counts operations.');
    // So that no outbox row of an earlier change is taken along.
    await ana
      .patch(`/v1/photos/${photos[9]}`)
      .send({ caption: `Before ${what}` })
      .expect(200);
    const cost = await costOf(request());
    expect(cost.calls.filter((call) => call === 'Commit')).toHaveLength(1);
    expect(cost.calls.filter((call) => call !== 'Lookup' && call !== 'Commit')).toEqual([]);
    expect(figures).toContain(rowOf(what, cost));
  });

  test('a search: user, vocabulary and the photos of the page; the next page needs no vocabulary', async () => {
    const search = '/v1/search?limit=50&q=';
    let next = '';
    const prefix = await costOf(
      ana
        .get(`${search}jpe`)
        .expect(200)
        .then(({ body }) => (next = (body as { next: string }).next)),
    );
    expect(prefix.reads).toBe(2 + PHOTOS);
    expect(figures).toContain(rowOf('search, page of 50', prefix));
    const whole = await costOf(ana.get(`${search}jpeg%20`).expect(200));
    expect(figures).toContain(rowOf('the same by a whole word', whole));
    const suggested = await costOf(ana.get('/v1/search/suggest?q=jp').expect(200));
    expect(figures).toContain(rowOf('suggestions', suggested));
    const tags = await costOf(ana.get('/v1/tags').expect(200));
    expect(figures).toContain(rowOf('tags', tags));
    const second = await costOf(ana.get(`${search}jpe&cursor=${next}`).expect(200));
    expect(second.calls).toEqual(['Lookup', 'RunQuery']);
  });

  test('the list of places: a lookup each of user and list', async () => {
    const cost = await costOf(ana.get('/v1/places').expect(200));
    expect(figures).toContain(rowOf('list of places', cost));
  });

  test('an album: one commit for each change of it, and a page costs user, album and index', async ({ skip }) => {
    skip(chaosWith('abort'), 'Left out in chaos: it counts operations.');
    let path = '';
    const made = await costOf(
      ana
        .post('/v1/albums')
        .send({ title: 'Harbour' })
        .expect(201)
        .then(({ headers }) => (path = String(headers['location']))),
    );
    expect(figures).toContain(rowOf('make an album', made));
    const ids = photos.filter((_, at) => at !== 2);
    const added = await costOf(ana.post(`${path}/photos`).send({ ids }).expect(200));
    expect(figures).toContain(rowOf('add 49 photos to it', added));
    const fresh = await costOf(ana.get(`${path}/photos`).expect(200));
    expect(figures).toContain(rowOf('page of an album, fresh', fresh));
    const listed = await costOf(ana.get('/v1/albums').expect(200));
    expect(figures).toContain(rowOf('list of one album', listed));
    const { token } = (await ana.get('/v1/changes?token=latest').expect(200)).body as { token: string };
    await ana.patch(path).send({ title: 'Port' }).expect(200);
    const feed = await costOf(ana.get(`/v1/changes?token=${token}`).expect(200));
    expect(figures).toContain(rowOf('feed with one changed album', feed));
    const removed = await costOf(
      ana
        .post(`${path}/photos/remove`)
        .send({ ids: ids.slice(1, 2) })
        .expect(200),
    );
    expect(figures).toContain(rowOf('remove a photo from it', removed));
    const deleted = await costOf(ana.delete(path).expect(204));
    expect(figures).toContain(rowOf('delete it', deleted));
    await world.drain();
  });

  test('a shared album: a page costs at most three reads for each of its users, and to join takes two commits', async ({
    skip,
  }) => {
    skip(chaosWith('abort'), 'Left out in chaos: it counts operations.');
    const ben = await signUp(url, (await world.user()).name);
    const album = ((await ana.post('/v1/albums').send({ title: 'Together' }).expect(201)).body as { id: string }).id;
    const path = `/v1/albums/${album}`;
    await ana
      .post(`${path}/photos`)
      .send({ ids: photos.slice(10, 12) })
      .expect(200);
    await ben.get('/v1/me').expect(200);
    const invited = await costOf(
      ana.post(`${path}/members`).send({ handle: ben.name, role: 'contributor' }).expect(201),
    );
    expect(figures).toContain(rowOf('invite a user to an album', invited));
    await world.drain();
    let token = '';
    const received = await costOf(
      ben
        .get('/v1/invitations')
        .expect(200)
        .then(({ body }) => (token = (body as { items: { token: string }[] }).items[0]?.token ?? '')),
    );
    expect(figures).toContain(rowOf('list of one invitation', received));
    const joined = await costOf(ben.post(`/v1/invitations/${token}`).expect(200));
    expect(joined.calls.filter((call) => call === 'Commit')).toHaveLength(2);
    expect(figures).toContain(rowOf('join the album', joined));
    await world.drain();
    const { body } = await ben.upload(await picture({ width: 16, height: 16 })).expect(201);
    const ids = [(body as { photo: { id: string } }).photo.id];
    await world.drain();
    const added = await costOf(ben.post(`${path}/photos`).send({ ids }).expect(200));
    expect(figures).toContain(rowOf('add a photo as a member', added));
    await world.drain();
    for (const [whose, reader] of [
      ['its owner', ana],
      ['a member', ben],
    ] as const) {
      const fresh = await costOf(reader.get(`${path}/photos`).expect(200));
      expect(fresh.reads).toBeLessThanOrEqual(3 * 2);
      expect(figures).toContain(rowOf(`page of an album of two users, for ${whose}`, fresh));
    }
    expect(figures).toContain(rowOf('the album of two users itself', await costOf(ben.get(path).expect(200))));
    expect(figures).toContain(rowOf('its members', await costOf(ben.get(`${path}/members`).expect(200))));
    const { items } = (await ana.get(`${path}/photos`).expect(200)).body as TimelinePage;
    const theirs = items.find((item) => ids.includes(item.id));
    const shown = await costOf(
      request(url)
        .get(theirs?.variants.thumb.url ?? '')
        .expect(200),
    );
    expect(figures).toContain(rowOf('picture of another member, once a minute for all of them', shown));
    const copied = await costOf(ana.post(`${path}/photos/copy`).send({ ids }).expect(202));
    expect(figures).toContain(rowOf('copy a photo of another user, before its task', copied));
    await world.drain();
    const members = (await ana.get(`${path}/members`).expect(200)).body as { items: { user: string }[] };
    const removed = await costOf(ana.delete(`${path}/members/${members.items[1]?.user}`).expect(204));
    expect(figures).toContain(rowOf('remove a member', removed));
    await world.drain();
  });

  test('a share: a lookup for its guests, and one for the photos of a page', async ({ skip }) => {
    skip(chaosWith('abort'), 'Left out in chaos: it counts operations.');
    await ana.patch(`/v1/photos/${photos[9]}`).send({ caption: 'Before the share' }).expect(200);
    let body: unknown;
    const sharing = ana.post('/v1/shares').send({ photos: photos.slice(10, 12) });
    const made = await costOf(sharing.expect(201).then((reply) => (body = reply.body)));
    expect(figures).toContain(rowOf('share two photos', made));
    const { id: share, token } = body as { id: string; token: string };
    const opened = await costOf(request(url).get(`/v1/shared/${token}`).expect(200));
    expect(figures).toContain(rowOf('share, opened by a guest', opened));
    const shown = await costOf(request(url).get(`/v1/shared/${token}/photos`).expect(200));
    expect(figures).toContain(rowOf('its page of two photos', shown));
    const revoked = await costOf(ana.delete(`/v1/shares/${share}`).expect(204));
    expect(figures).toContain(rowOf('revoke a share', revoked));
  });

  test('a shared album: its page costs owner and share besides the album’s, and so do a guess and an upload', async ({
    skip,
  }) => {
    skip(chaosWith('abort'), 'Left out in chaos: it counts operations.');
    const album = ((await ana.post('/v1/albums').send({ title: 'Guests' }).expect(201)).body as { id: string }).id;
    const ids = photos.filter((_, at) => at !== 2);
    await ana.post(`/v1/albums/${album}/photos`).send({ ids }).expect(200);
    const made = await ana.post('/v1/shares').send({ album, password: 'sesame', upload: true }).expect(201);
    const { token } = made.body as { token: string };
    const path = `/v1/shared/${token}`;
    await world.drain();
    // So that no outbox row of an earlier change is taken along.
    await ana.patch(`/v1/photos/${photos[9]}`).send({ caption: 'Before the guest' }).expect(200);
    let unlock = '';
    const guess = request(url).post(`${path}/unlock`).send({ password: 'sesame' }).expect(200);
    const rows = [
      rowOf('unlock a share', await costOf(guess.then(({ body }) => (unlock = (body as { unlock: string }).unlock)))),
    ];
    const opened = { 'Share-Unlock': unlock };
    const page = request(url).get(`${path}/photos?limit=200`).set(opened).expect(200);
    rows.push(rowOf('page of a shared album', await costOf(page)));
    const bytes = await picture({ width: 17, height: 16 });
    const upload = request(url).post(`${path}/photos`).set(opened).attach('image', bytes, 'a.jpg').expect(201);
    rows.push(rowOf('upload by a guest', await costOf(upload)));
    await world.drain();
    const report = request(url).post(`/s/${token}/report`).type('form').send({ reason: 'Not theirs' }).expect(200);
    rows.push(rowOf('report a share', await costOf(report)));
    await ana.patch('/v1/me').send({ visibility: 'public' }).expect(200);
    await request(url).get(`/u/${ana.name}`).expect(200);
    rows.push(rowOf('public page of 50', await costOf(request(url).get(`/u/${ana.name}`).expect(200))));
    await ana.patch('/v1/me').send({ visibility: 'private' }).expect(200);
    expect(rows.filter((row) => !figures.includes(row))).toEqual([]);
  });

  test('pictures by their URLs: one lookup a minute for all of one account', async () => {
    // The upload above may still wait for its variants. A request for them would make them.
    await world.drain();
    const { items } = checked(TimelinePage, (await ana.get(page).expect(200)).body);
    const show = () =>
      costOf(Promise.all(items.slice(0, 5).map((photo) => request(url).get(photo.variants.thumb.url).expect(200))));
    expect(await show()).toEqual({ calls: ['Lookup'], reads: 1, writes: 0, deletes: 0 });
    expect((await show()).calls).toEqual([]);
    await world.advance(60_000);
    expect((await show()).calls).toEqual(['Lookup']);
  });

  test.each([
    ['/v1/users/{handle}/timeline', url, 404],
    ['/user/{handle}/json/', google, 401],
    ['/user/{handle}/web/', google, 401],
  ])('a private handle and an unused one cost a stranger the same: %s', async (path, instance, status) => {
    await world.advance(60_000);
    const ask = async (handle: string) => {
      const asked = request(instance).get(path.replace('{handle}', handle)).set('Accept', 'application/json');
      const start = performance.now();
      let problem: object = {};
      const cost = await costOf(asked.expect(status).then(({ body }) => (problem = { ...body, requestId: undefined })));
      // The time at which a refusal leaves does not depend on the lookups before it. Node's timers count whole milliseconds.
      expect(performance.now() - start).toBeGreaterThanOrEqual(LEAST_REFUSAL_MS - 1);
      return { cost, problem };
    };
    for (const lookups of [2, 1, 1]) {
      const taken = await ask(ana.name);
      expect(taken.cost.calls).toEqual(Array.from({ length: lookups }, () => 'Lookup'));
      expect(taken.cost.reads).toBe(lookups);
      expect(await ask('unused')).toEqual(taken);
    }
  });

  test('lookups that arrive together travel together, and none joins a call that has been sent', async () => {
    const config = readConfig({ PORT: '0', LOG_LEVEL: 'silent' });
    const store = createStore(createClients(config.cloud, { datastore: line.endpoint }).datastore);
    const together = await costOf(
      Promise.all([
        store.user(id),
        store.user(id),
        store.photos(id, photos.slice(10, 12) as never),
        store.contentEntries(id, ['x']),
      ]),
    );
    expect(together).toMatchObject({ calls: ['Lookup'], reads: 4 });

    const first = store.user(id);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const apart = await costOf(Promise.all([first, store.user(id)]));
    expect(apart.calls).toEqual(['Lookup', 'Lookup']);
  });
});
