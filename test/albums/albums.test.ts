import { beforeAll, describe, expect, test } from 'vitest';
import { Album, AlbumsPage } from '../../src/features/albums/schemas.ts';
import { Photo } from '../../src/features/photos/schemas.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { newPhone, sync } from '../changes/phone.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { secondInstance } from '../support/second-instance.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });
const elsewhere = await secondInstance(world, {}, { RATE_LIMITS: 'off' });

/** Taken on these days; the first letter is the caption. */
const TAKEN = { a: '2018-12-31', b: '2019-07-01', c: '2019-07-01', d: '2019-07-04', e: '2021-02-03' };
type Name = keyof typeof TAKEN;

let ana: TestUser;
/** The same person at another instance. */
let there: TestUser;
const ids = {} as Record<Name, string>;

beforeAll(async () => {
  ana = await world.user();
  there = await signUp(elsewhere, ana.name);
  for (const [name, day] of Object.entries(TAKEN)) {
    const bytes = await picture({ takenAt: `${day}T10:00:00`, width: 16, height: 16 });
    const { body } = await ana.upload(bytes, { fields: { caption: name } }).expect(201);
    ids[name as Name] = (body as { photo: Photo }).photo.id;
  }
  await world.drain();
});

const idsOf = (names: string) => Array.from(names, (name) => ids[name as Name]);

async function newAlbum(body: object = {}, names = ''): Promise<Album> {
  const reply = await ana
    .post('/v1/albums')
    .send({ title: 'Harbour', ...body })
    .expect(201);
  const album = checked(Album, reply.body);
  if (names !== '') await add(album, names);
  return there.read(`/v1/albums/${album.id}`, Album);
}

type Results = { status: string; id?: string; problem?: { code: string } }[];

async function add({ id }: Album, names: string, more: { after?: string | null } = {}): Promise<string[]> {
  const reply = await ana
    .post(`/v1/albums/${id}/photos`)
    .send({ ids: idsOf(names), ...more })
    .expect(200);
  return (reply.body as { results: Results }).results.map(({ status }) => status);
}

async function remove({ id }: Album, names: string): Promise<string[]> {
  const reply = await ana
    .post(`/v1/albums/${id}/photos/remove`)
    .send({ ids: idsOf(names) })
    .expect(200);
  return (reply.body as { results: Results }).results.map(({ status }) => status);
}

const read = ({ id }: Album) => there.read(`/v1/albums/${id}`, Album);

/** The captions of all photos of an album, page by page. */
async function shown({ id }: Album, limit = 2, fields = ''): Promise<string> {
  let names = '';
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = `limit=${limit}${fields}${cursor && `&cursor=${cursor}`}`;
    const page: TimelinePage = await there.read(`/v1/albums/${id}/photos?${query}`, TimelinePage);
    names += page.items.map(({ caption }) => caption).join('');
    cursor = page.next;
  }
  return names;
}

describe('an album', () => {
  test('a new album is read, listed and changed by its owner, and another user finds none of it', async () => {
    const title = '<b>Harbour</b> & "friends"\u202e';
    const reply = await ana
      .post('/v1/albums')
      .send({ title: ` ${title}\n`, description: 'Two\nlines' })
      .expect(201);
    const album = checked(Album, reply.body);
    expect(reply.headers['location']).toBe(`/v1/albums/${album.id}`);
    expect(album).toMatchObject({ title: '<b>Harbour</b> & "friends"', description: 'Two\nlines', order: 'taken' });
    expect(album).toMatchObject({ count: 0, from: null, to: null, cover: null, coverUrls: null, revision: 1 });
    expect((await there.read('/v1/albums', AlbumsPage)).items).toContainEqual(album);

    const path = `/v1/albums/${album.id}`;
    const renamed = await ana.patch(path).set('If-Match', '"1.x"').send({ title: 'Port' }).expect(200);
    expect(renamed.body).toMatchObject({ title: 'Port', description: 'Two\nlines', revision: 2 });
    const refused = await ana.patch(path).set('If-Match', '"1"').send({ title: 'Late' }).expect(412);
    expect(problemOf(refused)['current']).toEqual(renamed.body);
    await ana.get(path).set('If-None-Match', String(renamed.headers['etag'])).expect(304);

    const ben = await world.user();
    for (const request of [ben.get(path), ben.patch(path).send({ title: 'Mine' }), ben.delete(path)]) {
      expect(problemOf(await request.expect(404)).code).toBe('not-found');
    }
    await ben.get(`${path}/photos`).expect(404);
    await ben
      .post(`${path}/photos`)
      .send({ ids: [ids.a] })
      .expect(404);
    // Not even into an album of one's own.
    const own = checked(Album, (await ben.post('/v1/albums').send({ title: 'Own' }).expect(201)).body);
    const { body } = await ben
      .post(`/v1/albums/${own.id}/photos`)
      .send({ ids: [ids.a] })
      .expect(200);
    expect(body).toMatchObject({ results: [{ status: 'failed', problem: { code: 'not-found' } }] });
  });

  test.each([
    [{ title: '' }, '/title'],
    [{ title: ' \n ' }, '/title'],
    [{ title: 'x'.repeat(201) }, '/title'],
    [{ title: 'x', description: 'x'.repeat(4097) }, '/description'],
    [{ title: 'x', order: 'random' }, '/order'],
    [{ title: 'x', photos: [] }, '/photos'],
  ])('an album %j is refused at %s', async (body, pointer) => {
    const problem = problemOf(await ana.post('/v1/albums').send(body).expect(400));
    expect(problem.errors).toMatchObject([{ pointer }]);
  });

  test('a repeated request with the same key gets the same album, and another request with it is refused', async () => {
    const make = (title: string) => ana.post('/v1/albums').set('Idempotency-Key', 'album 1').send({ title });
    const [first, second] = [await make('Once').expect(201), await make('Once').expect(201)];
    expect(second.body).toEqual(first.body);
    expect([first.headers, second.headers].map((all) => all['idempotent-replayed'])).toEqual([undefined, 'true']);
    await make('Twice').expect(422);
  });

  test('count, first and last day, and cover are right in the next read of another instance after each change', async () => {
    const album = await newAlbum({}, 'bcde');
    expect(album).toMatchObject({ count: 4, from: '2019-07-01', to: '2021-02-03', cover: ids.b });
    await world.bytesAt(album.coverUrls?.thumb ?? '');
    expect(await add(album, 'ab')).toEqual(['added', 'present']);
    expect(await read(album)).toMatchObject({ count: 5, from: '2018-12-31', to: '2021-02-03' });
    expect(await remove(album, 'ae')).toEqual(['removed', 'removed']);
    expect(await read(album)).toMatchObject({ count: 3, from: '2019-07-01', to: '2019-07-04' });
    expect(await remove(album, 'ab')).toEqual(['absent', 'removed']);
    expect(await read(album)).toMatchObject({ count: 2, from: '2019-07-01', to: '2019-07-04', cover: null });
    await world.drain();
    expect(await read(album)).toMatchObject({ cover: ids.d });

    await ana.patch(`/v1/photos/${ids.c}`).send({ takenAt: '2020-01-01T00:00:00' }).expect(200);
    expect(await read(album)).toMatchObject({ count: 2, from: '2019-07-04', to: '2020-01-01' });
    expect(await shown(album)).toBe('cd');
    await ana.patch(`/v1/photos/${ids.c}`).send({ takenAt: null }).expect(200);
    expect(await read(album)).toMatchObject({ count: 2, from: '2019-07-01', to: '2019-07-04', revision: 1 });
    expect(await remove(album, 'cd')).toEqual(['removed', 'removed']);
    expect(await read(album)).toMatchObject({ count: 0, from: null, to: null, cover: null });
  });

  test('an archived photo stays, a trashed one leaves and comes back, and an erased one is gone', async () => {
    const album = await newAlbum({}, 'abc');
    await ana.patch(`/v1/albums/${album.id}`).send({ cover: ids.b }).expect(200);
    await ana.patch(`/v1/photos/${ids.a}`).send({ archived: true }).expect(200);
    expect([await shown(album), (await read(album)).count]).toEqual([inOrder('cba'), 3]);
    await ana.patch(`/v1/photos/${ids.a}`).send({ archived: false }).expect(200);

    await ana.delete(`/v1/photos/${ids.b}`).expect(204);
    expect([await shown(album), (await read(album)).count]).toEqual(['ca', 2]);
    expect(await add(album, 'b')).toEqual(['failed']);
    await world.drain();
    expect((await read(album)).cover).toBe(ids.c);
    await ana.post(`/v1/photos/${ids.b}/restore`).expect(200);
    expect([await shown(album), (await read(album)).count]).toEqual([inOrder('cba'), 3]);
    expect((await read(album)).cover, 'the chosen cover counts again').toBe(ids.b);
    expect((await there.read(`/v1/photos/${ids.b}`, Photo)).albums).toContain(album.id);

    const bytes = await picture({ width: 16, height: 16, takenAt: '2022-01-01T00:00:00' });
    const { body } = await ana.upload(bytes).expect(201);
    const { id } = (body as { photo: Photo }).photo;
    await ana
      .post(`/v1/albums/${album.id}/photos`)
      .send({ ids: [id] })
      .expect(200);
    expect(await read(album)).toMatchObject({ count: 4, to: '2022-01-01' });
    await ana.delete(`/v1/photos/${id}`).expect(204);
    await ana.delete(`/v1/trash/${id}`).expect(204);
    expect(await read(album)).toMatchObject({ count: 3, to: '2019-07-01' });
  });

  test('a deleted album is gone at once, its photos stay, and a task makes them forget it', async () => {
    const album = await newAlbum({}, 'abc');
    await ana.delete(`/v1/photos/${ids.c}`).expect(204);
    await ana.delete(`/v1/albums/${album.id}`).set('If-Match', '"7"').expect(412);
    await ana.delete(`/v1/albums/${album.id}`).expect(204);
    for (const path of ['', '/photos']) await there.get(`/v1/albums/${album.id}${path}`).expect(404);
    await ana.delete(`/v1/albums/${album.id}`).expect(404);
    expect((await there.read('/v1/albums?limit=200', AlbumsPage)).items.map(({ id }) => id)).not.toContain(album.id);
    await world.drain();
    await ana.post(`/v1/photos/${ids.c}/restore`).expect(200);
    for (const id of idsOf('abc')) expect((await there.read(`/v1/photos/${id}`, Photo)).albums).not.toContain(album.id);
    const { datastore } = world;
    const [years] = await datastore.createQuery('AlbumYear').run();
    const names = (years as Record<symbol, { name: string }>[]).map((year) => year[datastore.KEY]?.name ?? '');
    expect(names.filter((name) => name.startsWith(album.id))).toEqual([]);
  });

  test('a photo is in twenty albums at the most', async () => {
    const all = await Promise.all(Array.from({ length: 21 }, (_, number) => newAlbum({ title: `Number ${number}` })));
    const [more, ...albums] = all as [Album, ...Album[]];
    await Promise.all(albums.map((album) => add(album, 'e')));
    const { body } = await ana
      .post(`/v1/albums/${more.id}/photos`)
      .send({ ids: [ids.e, 'no id'] })
      .expect(200);
    expect(body).toMatchObject({
      results: [
        { status: 'failed', problem: { code: 'too-many-albums', maxAlbumsOfPhoto: 20 } },
        { status: 'failed', problem: { code: 'invalid-request' } },
      ],
    });
    expect((await read(more)).count).toBe(0);
    await Promise.all(albums.map(({ id }) => ana.delete(`/v1/albums/${id}`).expect(204)));
    await world.drain();
  });
});

/** Photos of one moment stand in the order of their ids, the largest first. */
const inOrder = (names: string) => {
  const [first = '', second = ''] = ['b', 'c'].sort((x, y) => (ids[x as Name] < ids[y as Name] ? 1 : -1));
  return names.replace('cb', first + second);
};

describe('the pages of an album', () => {
  test('an album by time is paged like the timeline, both ways, lean and whole', async () => {
    const album = await newAlbum({}, 'edcba');
    expect(await shown(album, 2)).toBe(inOrder('edcba'));
    expect(await shown(album, 2, '&fields=all')).toBe(inOrder('edcba'));
    const page = (query: string) => there.read(`/v1/albums/${album.id}/photos?limit=2${query}`, TimelinePage);
    const first = await page('');
    expect(first.items[0]).not.toHaveProperty('albums');
    expect((await page('&fields=all')).items[0]?.albums).toContain(album.id);
    const second = await page(`&cursor=${first.next}`);
    const back = await page(`&cursor=${second.prev}`);
    expect([first.prev, back.items, back.prev]).toEqual([null, first.items, null]);
    // An added photo before the cursor and a removed one behind it make the walk skip and repeat nothing.
    await remove(album, 'ea');
    const rest = await page(`&cursor=${first.next}`);
    expect(rest.items.map(({ caption }) => caption).join('')).toBe(inOrder('cb'));
    const etag = String((await there.get(`/v1/albums/${album.id}/photos`).expect(200)).headers['etag']);
    await there.get(`/v1/albums/${album.id}/photos`).set('If-None-Match', etag).expect(304);
  });

  test('a cursor of one album is refused by another album, by the timeline and by the list of albums', async () => {
    const [one, two] = [await newAlbum({}, 'abc'), await newAlbum({}, 'abc')];
    const { next } = await there.read(`/v1/albums/${one.id}/photos?limit=1`, TimelinePage);
    for (const path of [`/v1/albums/${two.id}/photos`, '/v1/timeline', '/v1/albums']) {
      expect(problemOf(await there.get(`${path}?cursor=${next}`).expect(400)).code).toBe('cursor-mismatch');
    }
    const listed = (await there.read('/v1/albums?limit=1', AlbumsPage)).next;
    const refused = await there.get(`/v1/albums/${one.id}/photos?cursor=${listed}`).expect(400);
    expect(problemOf(refused).code).toBe('cursor-mismatch');
    await ana.patch(`/v1/albums/${one.id}`).send({ order: 'custom' }).expect(200);
    expect(problemOf(await there.get(`/v1/albums/${one.id}/photos?cursor=${next}`).expect(400)).code).toBe(
      'cursor-mismatch',
    );
    await there.get(`/v1/albums/${one.id}/photos?cursor=x${next}`).expect(400);
  });

  test('the list of albums begins with the latest, and is walked both ways', async () => {
    const ben = await world.user();
    const made: string[] = [];
    for (const title of ['1', '2', '3', '4', '5']) {
      made.unshift(((await ben.post('/v1/albums').send({ title }).expect(201)).body as Album).id);
      await world.step(1000);
    }
    const page = (query: string) => ben.read(`/v1/albums?limit=2${query}`, AlbumsPage);
    const first = await page('');
    const second = await page(`&cursor=${first.next}`);
    const third = await page(`&cursor=${second.next}`);
    const listed = [first, second, third].flatMap(({ items }) => items.map(({ id }) => id));
    expect([listed, first.prev, third.next]).toEqual([made, null, null]);
    expect((await page(`&cursor=${second.prev}`)).items).toEqual(first.items);
  });
});

describe('the hand order', () => {
  test('photos are placed behind another, at the start and at the end, and the order by time is there as before', async () => {
    const album = await newAlbum({ order: 'custom' }, 'bad');
    expect(await shown(album)).toBe('bad');
    expect(await add(album, 'ce', { after: ids.b })).toEqual(['added', 'added']);
    expect(await shown(album)).toBe('bcead');
    expect(await add(album, 'da', { after: null })).toEqual(['moved', 'moved']);
    expect(await shown(album, 2, '&fields=all')).toBe('dabce');
    expect(await add(album, 'd', { after: ids.e })).toEqual(['moved']);
    expect(await shown(album)).toBe('abced');
    const page = (query: string) => there.read(`/v1/albums/${album.id}/photos?limit=2${query}`, TimelinePage);
    const second = await page(`&cursor=${(await page('')).next}`);
    expect((await page(`&cursor=${second.prev}`)).items.map(({ caption }) => caption).join('')).toBe('ab');

    await ana.delete(`/v1/photos/${ids.b}`).expect(204);
    expect(await shown(album)).toBe('aced');
    await ana.post(`/v1/photos/${ids.b}/restore`).expect(200);
    expect(await shown(album)).toBe('abced');
    expect(await read(album)).toMatchObject({ count: 5, from: '2018-12-31', to: '2021-02-03' });
    for (const [order, names] of [
      ['taken', inOrder('edcba')],
      ['custom', 'abced'],
    ] as const) {
      await ana.patch(`/v1/albums/${album.id}`).send({ order }).expect(200);
      expect(await shown(album)).toBe(names);
    }
  });

  test('placing is refused by time, and behind what is not in the album', async () => {
    const byTime = await newAlbum({}, 'ab');
    const place = (album: Album, body: object) => ana.post(`/v1/albums/${album.id}/photos`).send(body);
    expect(problemOf(await place(byTime, { ids: [ids.c], after: ids.a }).expect(409)).code).toBe('conflict');
    const byHand = await newAlbum({ order: 'custom' }, 'ab');
    for (const after of [ids.c, 'A'.repeat(16)]) {
      const refused = problemOf(await place(byHand, { ids: [ids.a], after }).expect(400));
      expect(refused.errors).toMatchObject([{ pointer: '/after' }]);
    }
    await place(byHand, { ids: [ids.a], after: ids.a }).expect(400);
    expect(await shown(byHand)).toBe('ab');
  });

  test('photos that two instances place behind the same one at once all find a place', async () => {
    const album = await newAlbum({ order: 'custom' }, 'ae');
    const place = (user: TestUser, name: string) =>
      user
        .post(`/v1/albums/${album.id}/photos`)
        .send({ ids: idsOf(name), after: ids.a })
        .expect(200);
    await Promise.all([place(ana, 'b'), place(there, 'c'), place(ana, 'd')]);
    const names = await shown(album, 1);
    expect([names[0], names.at(-1), Array.from(names).sort().join('')]).toEqual(['a', 'e', 'abcde']);
  });
});

describe('albums in the change feed', () => {
  test('a phone that follows the feed has every album as the service shows it, and drops the deleted ones', async () => {
    const phone = newPhone();
    const agree = async (limit: number) => {
      await sync(phone, there, limit);
      const { items } = await there.read('/v1/albums?limit=200', AlbumsPage);
      expect([...phone.albums.values()].toSorted(byId)).toEqual(items.toSorted(byId));
    };
    await agree(3);
    const album = await newAlbum();
    await agree(2);
    await add(album, 'abcde');
    await agree(1);
    await ana.patch(`/v1/albums/${album.id}`).send({ title: 'Renamed', cover: ids.d }).expect(200);
    await ana.delete(`/v1/photos/${ids.d}`).expect(204);
    await world.drain();
    await agree(50);
    await ana.post(`/v1/photos/${ids.d}/restore`).expect(200);
    await ana.delete(`/v1/albums/${album.id}`).expect(204);
    const { changes } = (await there.get(`/v1/changes?token=${phone.token}`).expect(200)).body as { changes: object[] };
    expect(changes).toContainEqual(
      expect.objectContaining({ kind: 'album', type: 'delete', id: album.id, reason: 'deleted' }),
    );
    await agree(2);
    await world.drain();
    await agree(50);
    await there.get(`/v1/changes?token=${phone.token}`).expect(200, { changes: [], token: phone.token, more: false });
  });
});

const byId = (a: Album, b: Album) => (a.id < b.id ? -1 : 1);
