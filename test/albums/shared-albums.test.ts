import request from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  AlbumMembers,
  Invited,
  ReceivedInvitation,
  ReceivedInvitations,
} from '../../src/features/albums/members/schemas.ts';
import { Album, AlbumPhotosPage, AlbumsPage, CopyReply } from '../../src/features/albums/schemas.ts';
import { Me } from '../../src/features/accounts/schemas.ts';
import { ChangesPage } from '../../src/features/changes/schemas.ts';
import { Photo } from '../../src/features/photos/schemas.ts';
import { TimelinePage } from '../../src/features/timeline/schemas.ts';
import { MadeToken } from '../../src/features/tokens/schemas.ts';
import { checked } from '../support/checked.ts';
import { moderationDeps, setSuspended } from '../../src/features/moderation/operator-acts.ts';
import type { UserId } from '../../src/runtime/ids.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { secondInstance } from '../support/second-instance.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const MINUTE_MS = 60_000;

const world = await startWorld({ env: { RATE_LIMITS: 'off' } });
/** Another instance, which only reads. */
const elsewhere = await secondInstance(world, {}, { RATE_LIMITS: 'off' });

/** What only the user may see whose photo it is: place, camera, file name, checksum, and how to reach the original. */
const PRIVATE = [/12\.3456/, /SecretCamera/, /SN-4711/, /secret-name/i, /Exif\0\0/, /"original"/, /"sha256"/];

/** A user with photos that were taken on days of July 2019, which are their captions. */
interface Person extends TestUser {
  id: string;
  photos: Record<string, string>;
}

async function newPerson(days: readonly string[]): Promise<Person> {
  const user = await world.user();
  const photos: Record<string, string> = {};
  for (const day of days) {
    const bytes = await picture({
      width: 64,
      height: 48,
      takenAt: `2019-07-${day}T10:00:00`,
      gps: { latitude: 12.345678, longitude: 98.765432 },
      camera: { make: 'SecretCamera', model: 'One' },
      exif: { IFD2: { BodySerialNumber: 'SN-4711' } },
    });
    const { body } = await user.upload(bytes, { fileName: 'secret-name.jpg', fields: { caption: day } }).expect(201);
    photos[day] = (body as { photo: Photo }).photo.id;
  }
  return { ...user, photos, id: (await user.read('/v1/me', Me)).id };
}

let [ana, ben, cleo]: [Person, Person, Person] = [] as never;

beforeAll(async () => {
  [ana, ben, cleo] = [await newPerson(['01', '03', '05']), await newPerson(['02', '03', '04']), await newPerson([])];
  await world.drain();
});

async function newAlbum(owner: Person = ana, days: string[] = []): Promise<string> {
  const { id } = checked(Album, (await owner.post('/v1/albums').send({ title: 'Harbour' }).expect(201)).body);
  if (days.length > 0) await add(owner, id, days);
  return id;
}

const add = async (person: Person, album: string, days: string[]) =>
  (
    (
      await person
        .post(`/v1/albums/${album}/photos`)
        .send({ ids: days.map((day) => person.photos[day]) })
        .expect(200)
    ).body as { results: { status: string }[] }
  ).results.map(({ status }) => status);

const invite = async (owner: Person, album: string, body: object) =>
  checked(Invited, (await owner.post(`/v1/albums/${album}/members`).send(body).expect(201)).body);

const received = async (person: Person) => (await person.read('/v1/invitations', ReceivedInvitations)).items;

/** Brings a user into an album, by handle. */
async function join(person: Person, album: string, role: 'viewer' | 'contributor', owner = ana): Promise<Album> {
  await invite(owner, album, { handle: person.name, role });
  const token = (await received(person))[0]?.token;
  return checked(Album, (await person.post(`/v1/invitations/${token}`).expect(200)).body);
}

const albumOf = (person: TestUser, album: string) => person.read(`/v1/albums/${album}`, Album);

const pageOf = (person: TestUser, album: string, query = '') =>
  person.read(`/v1/albums/${album}/photos${query}`, AlbumPhotosPage);

const captions = ({ items }: { items: { caption: string }[] }) => items.map(({ caption }) => caption);

const peopleOf = async (person: TestUser, album: string) =>
  (await person.read(`/v1/albums/${album}/members`, AlbumMembers)).items.map(
    ({ handle, role, state, count }) => `${handle} ${role} ${state} ${count}`,
  );

test('a suspended member leaves the album and its pages until the account is open again, and a suspended owner closes it', async () => {
  const album = await newAlbum(ana, ['01']);
  await join(ben, album, 'contributor');
  await add(ben, album, ['02']);
  await world.drain();
  const close = (person: Person, closed: boolean) =>
    setSuspended(moderationDeps(world), person.id as UserId, closed, { by: 'test', reason: '' });
  expect(captions(await pageOf(ana, album))).toEqual(['02', '01']);
  await close(ben, true);
  // An instance knows an account for a minute.
  await world.advance(60_001);
  expect(captions(await pageOf(ana, album))).toEqual(['01']);
  expect(problemOf(await ben.get(`/v1/albums/${album}/photos`).expect(403)).code).toBe('account-suspended');
  await close(ben, false);
  expect(captions(await pageOf(ana, album))).toEqual(['02', '01']);
  await close(ana, true);
  await ben.get(`/v1/albums/${album}/photos`).expect(404);
  await close(ana, false);
  expect(captions(await pageOf(ben, album))).toEqual(['02', '01']);
});

describe('invitations', () => {
  test('a user who is invited by handle sees the album only after joining it, and may decline', async () => {
    const album = await newAlbum(ana, ['01']);
    const { member } = await invite(ana, album, { handle: ben.name, role: 'contributor' });
    expect(member).toMatchObject({ user: ben.id, handle: ben.name, role: 'contributor', state: 'invited', count: 0 });
    await ben.get(`/v1/albums/${album}`).expect(404);
    await ben.get(`/v1/albums/${album}/photos`).expect(404);
    await ben.get(`/v1/albums/${album}/members`).expect(404);
    // The same invitation again takes the other role, and no second place.
    await invite(ana, album, { handle: ben.name, role: 'viewer' });
    const [first, ...others] = await received(ben);
    expect([first?.title, first?.role, first?.owner.handle, others]).toEqual(['Harbour', 'viewer', ana.name, []]);
    await cleo.get(`/v1/invitations/${first?.token}`).expect(404);
    await cleo.post(`/v1/invitations/${first?.token}`).expect(404);
    await ben.delete(`/v1/invitations/${first?.token}`).expect(204);
    expect([await received(ben), await peopleOf(ana, album)]).toEqual([[], [`${ana.name} owner member 1`]]);
    await ben.post(`/v1/invitations/${first?.token}`).expect(404);

    const joined = await join(ben, album, 'viewer');
    const owner = { user: ana.id, handle: ana.name, displayName: '' };
    expect(joined).toMatchObject({ id: album, title: 'Harbour', role: 'viewer', owner, members: 1, count: 1 });
    expect(await peopleOf(ben, album)).toEqual([`${ana.name} owner member 1`, `${ben.name} viewer member 0`]);
    expect(await received(ben)).toEqual([]);
    expect((await ben.read('/v1/albums', AlbumsPage)).items[0]).toEqual(await albumOf(ben, album));
  });

  test('a link brings in each user who has it until it is ended, and neither tokens nor members can make one', async () => {
    const album = await newAlbum();
    const { link } = await invite(ana, album, { role: 'contributor' });
    expect(link?.url).toBe(`/invitations/${link?.token}`);
    const shown = await ben.read(`/v1/invitations/${link?.token}`, ReceivedInvitation);
    expect(shown).toMatchObject({ title: 'Harbour', role: 'contributor', owner: { handle: ana.name } });
    for (const person of [ben, cleo, ben]) await person.post(`/v1/invitations/${link?.token}`).expect(200);
    expect(await peopleOf(ana, album)).toEqual([
      `${ana.name} owner member 0`,
      `${ben.name} contributor member 0`,
      `${cleo.name} contributor member 0`,
    ]);
    const own = await ana.post(`/v1/invitations/${link?.token}`).expect(409);
    expect(problemOf(own).code).toBe('conflict');
    const members = await ben.read(`/v1/albums/${album}/members`, AlbumMembers);
    expect(members.links).toEqual([]);
    expect(problemOf(await ben.post(`/v1/albums/${album}/members`).send({}).expect(403)).code).toBe('role-missing');
    await ben.delete(`/v1/albums/${album}/invitations/${link?.id}`).expect(403);

    const scopes = ['read', 'upload', 'edit', 'delete', 'share', 'export'];
    const made = await ana.post('/v1/tokens').send({ name: 'All', scopes }).expect(201);
    const { token } = checked(MadeToken, made.body);
    const byToken = (path: string) => request(world.url).post(path).set('Authorization', `Bearer ${token}`).send({});
    for (const path of [`/v1/albums/${album}/members`, `/v1/invitations/${link?.token}`]) {
      expect(problemOf(await byToken(path).expect(403)).code).toBe('scope-missing');
    }
    const told = request(world.url).get(`/v1/albums/${album}/members`).set('Authorization', `Bearer ${token}`);
    expect(checked(AlbumMembers, (await told.expect(200)).body).links).toEqual([]);

    await ana.delete(`/v1/albums/${album}/invitations/${link?.id}`).expect(204);
    await cleo.delete(`/v1/albums/${album}/members/${cleo.id}`).expect(204);
    await cleo.post(`/v1/invitations/${link?.token}`).expect(404);
  });

  test('bad input is refused: the own handle, no user, a member, a hand order, a forged token, other fields', async () => {
    const album = await newAlbum();
    const refused = async (body: object, status: number) =>
      problemOf(await ana.post(`/v1/albums/${album}/members`).send(body).expect(status)).code;
    expect(await refused({ handle: ana.name }, 409)).toBe('conflict');
    expect(await refused({ handle: 'no-user-of-this-name' }, 404)).toBe('not-found');
    await join(ben, album, 'viewer');
    expect(await refused({ handle: ben.name, role: 'contributor' }, 409)).toBe('conflict');
    expect(await refused({ handle: ben.name, role: 'owner' }, 400)).toBe('invalid-request');
    expect(await refused({ user: ben.id }, 400)).toBe('invalid-request');
    await ana.patch(`/v1/albums/${album}`).send({ order: 'custom' }).expect(409);
    const placed = (await ana.post('/v1/albums').send({ title: 'Placed', order: 'custom' }).expect(201)).body as Album;
    expect(problemOf(await ana.post(`/v1/albums/${placed.id}/members`).send({}).expect(409)).code).toBe('conflict');
    for (const token of ['x', `${ana.id}${album}${album}${'A'.repeat(27)}`]) {
      await ben.post(`/v1/invitations/${token}`).expect(404);
    }
    await cleo.post(`/v1/albums/${album}/members`).send({ handle: ben.name }).expect(404);
  });
});

describe('what members see and do', () => {
  test('the photos of all members are one list by time, whose cursors belong to one album and one reader', async () => {
    const album = await newAlbum(ana, ['01', '03', '05']);
    await join(ben, album, 'contributor');
    await join(cleo, album, 'viewer');
    expect(await add(ben, album, ['02', '03', '04'])).toEqual(['added', 'added', 'added']);
    for (const person of [ana, ben, cleo]) {
      const there = await signUp(elsewhere, person.name);
      expect(await albumOf(there, album)).toMatchObject({ count: 6, from: '2019-07-01', to: '2019-07-05', members: 2 });
      expect(captions(await pageOf(there, album))).toEqual(['05', '04', '03', '03', '02', '01']);
      // Forwards and back, one photo a page.
      const walked: string[] = [];
      let page = await pageOf(there, album, '?limit=1');
      for (; page.next !== null; page = await pageOf(there, album, `?limit=1&cursor=${page.next}`)) {
        walked.push(...page.items.map(({ id }) => id));
      }
      walked.push(...page.items.map(({ id }) => id));
      expect(new Set(walked).size).toBe(6);
      const back = await pageOf(there, album, `?limit=2&cursor=${page.prev}`);
      expect(back.items.map(({ id }) => id)).toEqual(walked.slice(3, 5));
    }
    const other = await newAlbum(ana, ['01']);
    const { next } = await pageOf(ana, album, '?limit=1');
    const foreign = [
      ana.get(`/v1/albums/${other}/photos?cursor=${next}`),
      ben.get(`/v1/albums/${album}/photos?cursor=${next}`),
    ];
    for (const reply of foreign) expect(problemOf(await reply.expect(400)).code).toBe('cursor-mismatch');

    // A page that is still right is not sent again, and a new one is seen in the next read of every member.
    const { headers } = await cleo.get(`/v1/albums/${album}/photos`).expect(200);
    const again = () => cleo.get(`/v1/albums/${album}/photos`).set('If-None-Match', String(headers['etag']));
    await again().expect(304);
    await ben
      .post(`/v1/albums/${album}/photos/remove`)
      .send({ ids: [ben.photos['04']] })
      .expect(200);
    expect(captions(checked(AlbumPhotosPage, (await again().expect(200)).body))).toEqual([
      '05',
      '03',
      '03',
      '02',
      '01',
    ]);
    const listed = (await ana.read('/v1/albums', AlbumsPage)).items.find(({ id }) => id === album);
    expect([(await albumOf(cleo, album)).count, listed?.count]).toEqual([5, 5]);
  });

  test('photos of others come with nothing that only their user may see, and their bytes have no metadata', async () => {
    const album = await newAlbum(ana, ['01']);
    await join(ben, album, 'contributor');
    await add(ben, album, ['02']);
    for (const query of ['', '?fields=all']) {
      const { items } = await pageOf(ana, album, query);
      const [theirs, own] = items;
      expect([theirs && 'member' in theirs && theirs.member, theirs?.owner]).toEqual([ben.id, ben.name]);
      expect(own).toMatchObject({ owner: ana.name, favourite: false });
      const told = JSON.stringify([theirs, await albumOf(ben, album), await ben.read('/v1/albums', AlbumsPage)]);
      for (const secret of PRIVATE) expect(told).not.toMatch(secret);
      for (const { url } of Object.values(theirs!.variants)) {
        const shown = await request(elsewhere).get(url).responseType('blob').expect(200);
        expect(shown.headers['cache-control']).toBe('private, max-age=60');
        for (const secret of PRIVATE) expect((shown.body as Buffer).toString('latin1')).not.toMatch(secret);
      }
      const thumb = theirs!.variants.thumb.url;
      await request(elsewhere).get(thumb.replace('/thumb', '/original')).expect(401);
      await request(elsewhere).get(thumb.replace(theirs!.id, ben.photos['03']!)).expect(401);
    }
    for (const path of [`/v1/photos/${ben.photos['02']}`, `/v1/photos/${ben.photos['02']}/image/thumb`]) {
      await ana.get(path).expect(404);
    }
    // A link for guests shows what its owner has in the album. A member shares the album with no guests.
    const { body } = await ana.post('/v1/shares').send({ album }).expect(201);
    const guests = await request(world.url)
      .get(`/v1/shared/${(body as { token: string }).token}/photos`)
      .expect(200);
    expect(captions(guests.body as never)).toEqual(['01']);
    expect(problemOf(await ben.post('/v1/shares').send({ album }).expect(403)).code).toBe('role-missing');
  });

  test('a viewer adds nothing, a contributor changes the own photos alone, and the owner removes contributions', async () => {
    const album = await newAlbum(ana, ['01']);
    await join(ben, album, 'contributor');
    await join(cleo, album, 'viewer');
    await add(ben, album, ['02', '03']);
    const { photo } = (await cleo.upload(await picture()).expect(201)).body as { photo: Photo };
    const refused = [
      cleo.post(`/v1/albums/${album}/photos`).send({ ids: [photo.id] }),
      cleo.patch(`/v1/albums/${album}`).send({ title: 'Mine' }),
      ben.patch(`/v1/albums/${album}`).send({ cover: ben.photos['02'] }),
      ben.delete(`/v1/albums/${album}`),
      ben.post(`/v1/albums/${album}/photos/remove`).send({ ids: [ana.photos['01']], member: ana.id }),
      ben.delete(`/v1/albums/${album}/members/${cleo.id}`),
    ];
    for (const reply of refused) expect(problemOf(await reply.expect(403)).code).toBe('role-missing');
    const removed = await ana
      .post(`/v1/albums/${album}/photos/remove`)
      .send({ ids: [ben.photos['02'], ana.photos['01']], member: ben.id })
      .expect(200);
    expect(removed.body).toMatchObject({ results: [{ status: 'removed' }, { problem: { code: 'not-found' } }] });
    expect(captions(await pageOf(cleo, album))).toEqual(['03', '01']);
    expect((await ben.read(`/v1/photos/${ben.photos['02']}`, Photo)).albums).not.toContain(album);
    await ana
      .post(`/v1/albums/${album}/photos/remove`)
      .send({ ids: [photo.id], member: cleo.id })
      .expect(200);
    await ana
      .post(`/v1/albums/${album}/photos/remove`)
      .send({ ids: [ana.photos['01']], member: 'A'.repeat(16) })
      .expect(404);
    // In the trash a photo is out of the album; restored, it is back.
    await ben.delete(`/v1/photos/${ben.photos['03']}`).expect(204);
    expect([captions(await pageOf(ana, album)), (await albumOf(ana, album)).count]).toEqual([['01'], 1]);
    await ben.post(`/v1/photos/${ben.photos['03']}/restore`).expect(200);
    expect([captions(await pageOf(ana, album)), (await albumOf(ana, album)).count]).toEqual([['03', '01'], 2]);
  });

  test('the feeds of all members say that an album has changed by its owner or by a member', async () => {
    const album = await newAlbum();
    await join(ben, album, 'contributor');
    await join(cleo, album, 'viewer');
    await world.drain();
    const people = [ana, ben, cleo];
    let tokens = await Promise.all(people.map(async (person) => (await feed(person, 'latest')).token));
    /** Whether each feed has the album, as it is then. */
    const told = async () => {
      await world.drain();
      const pages = await Promise.all(people.map((person, at) => feed(person, tokens[at])));
      tokens = pages.map(({ token }) => token);
      return pages.map(({ changes }) =>
        changes
          .flatMap((change) =>
            change.kind !== 'album'
              ? []
              : 'album' in change
                ? `${change.album.title} ${change.album.count}`
                : change.reason,
          )
          .at(-1),
      );
    };
    await ana.patch(`/v1/albums/${album}`).send({ title: 'Island' }).expect(200);
    expect(await told()).toEqual(['Island 0', 'Island 0', 'Island 0']);
    await add(ben, album, ['02', '03']);
    expect(await told()).toEqual(['Island 2', 'Island 2', 'Island 2']);
    await add(ana, album, ['01']);
    expect(await told()).toEqual(['Island 3', 'Island 3', 'Island 3']);
    await ana.delete(`/v1/albums/${album}/members/${ben.id}`).expect(204);
    expect(await told()).toEqual(['Island 1', 'deleted', 'Island 1']);
    expect(await told()).toEqual([undefined, undefined, undefined]);
    await ana.delete(`/v1/albums/${album}`).expect(204);
    expect(await told()).toEqual(['deleted', undefined, 'deleted']);
  });
});

const feed = (person: TestUser, token = '') => person.read(`/v1/changes?token=${token}`, ChangesPage);

describe('copies into the own library', () => {
  const copy = async (person: Person, album: string, body: object) =>
    checked(CopyReply, (await person.post(`/v1/albums/${album}/photos/copy`).send(body).expect(202)).body).results;

  const newestOf = async (person: Person) => {
    await world.drain();
    const [newest] = (await person.read('/v1/timeline?order=posted&fields=all', TimelinePage)).items;
    return newest!;
  };

  test('a copy keeps date and texts without place and camera, or is the whole file where its user permits it', async () => {
    const album = await newAlbum(ana, ['01']);
    await join(ben, album, 'contributor');
    const dan = await newPerson([]);
    await join(dan, album, 'viewer');
    await add(ben, album, ['04']);
    const original = await ana.read(`/v1/photos/${ana.photos['01']}`, Photo);
    const ids = [ana.photos['01'], ben.photos['03'], 'x'];
    const results = await copy(dan, album, { ids });
    expect(results).toMatchObject([
      { status: 'copying', id: ids[0] },
      { problem: { code: 'not-found' } },
      { problem: { code: 'invalid-request' } },
    ]);
    const first = await newestOf(dan);
    const { local, source } = original.takenAt;
    expect(first).toMatchObject({ caption: '01', takenAt: { local, source }, type: 'image/jpeg', state: 'ready' });
    expect(first).toMatchObject({ location: null, camera: { make: null, model: null }, fileName: null, albums: [] });
    const bytes = (await request(world.url).get(first.original.url).responseType('blob').expect(200)).body as Buffer;
    for (const secret of PRIVATE) expect(bytes.toString('latin1')).not.toMatch(secret);
    const { usage } = await dan.read('/v1/me', Me);
    expect(usage).toMatchObject({ photos: 1, bytes: bytes.length });
    await copy(dan, album, { ids: [ids[0]], member: ana.id });
    await world.drain();
    expect((await dan.read('/v1/me', Me)).usage).toEqual(usage);

    // Whose photos they are, each user says for the own part.
    expect((await ben.patch(`/v1/albums/${album}`).send({ originals: true }).expect(200)).body).toMatchObject({
      originals: true,
      title: 'Harbour',
    });
    await ben
      .patch(`/v1/photos/${ben.photos['04']}`)
      .send({ rotation: 90, takenAt: '2001-02-03T04:05:06' })
      .expect(200);
    const theirs = await ben.read(`/v1/photos/${ben.photos['04']}`, Photo);
    await copy(dan, album, { ids: [theirs.id], member: ben.id });
    const second = await newestOf(dan);
    const { width, height, sha256, takenAt } = theirs;
    expect(second).toMatchObject({ width, height, sha256, takenAt, rotation: 90, fileName: null, state: 'ready' });
    expect(second.id).not.toBe(theirs.id);
    const whole = await request(world.url).get(second.original.url).responseType('blob').expect(200);
    expect((whole.body as Buffer).toString('latin1')).toMatch(/SN-4711/);
    // The copy is its owner's: it stays without album and original.
    await ben.delete(`/v1/photos/${theirs.id}`).expect(204);
    await ben.delete(`/v1/trash/${theirs.id}`).expect(204);
    await ana.delete(`/v1/albums/${album}/members/${dan.id}`).expect(204);
    await world.drain();
    expect(await world.bytesAt(second.original.url)).toEqual(whole.body);
    await dan.post(`/v1/albums/${album}/photos/copy`).send({ ids }).expect(404);
  });

  test('a copy that its user may no longer make is not made, and leaves no object behind', async () => {
    const album = await newAlbum(ana, ['01', '03']);
    const eva = await newPerson([]);
    await join(eva, album, 'viewer');
    await ana.patch(`/v1/albums/${album}`).send({ originals: true }).expect(200);
    await world.drain();
    const before = await world.objects();
    await world.cloud.appIsGone();
    await copy(eva, album, { ids: [ana.photos['01'], ana.photos['03']] });
    await ana
      .post(`/v1/albums/${album}/photos/remove`)
      .send({ ids: [ana.photos['01']] })
      .expect(200);
    await world.cloud.appIsAt(world.appUrl);
    await world.drain();
    expect((await eva.read('/v1/timeline', TimelinePage)).items.map(({ caption }) => caption)).toEqual(['03']);
    expect((await world.objects()).length).toBe(before.length + 4);
    expect(await copy(ana, album, { ids: [ana.photos['03']] })).toMatchObject([{ problem: { code: 'not-found' } }]);
  });
});

describe('leaving', () => {
  test('a removed member sees nothing in the next read, no picture after a minute, and may come back', async () => {
    const album = await newAlbum(ana, ['01']);
    await join(ben, album, 'contributor');
    await join(cleo, album, 'viewer');
    await add(ben, album, ['02']);
    const [, anas] = (await pageOf(ben, album)).items;
    const [bens] = (await pageOf(ana, album)).items;
    const urls = [anas!.variants.thumb.url, bens!.variants.thumb.url];
    const show = () => Promise.all(urls.map(async (url) => (await request(elsewhere).get(url)).status));
    expect(await show()).toEqual([200, 200]);
    // No task runs: what follows does not wait for one.
    await world.cloud.appIsGone();
    await ana.delete(`/v1/albums/${album}/members/${ben.id}`).expect(204);
    await ben.get(`/v1/albums/${album}`).expect(404);
    await ben.get(`/v1/albums/${album}/photos`).expect(404);
    expect((await ben.read('/v1/albums', AlbumsPage)).items.map(({ id }) => id)).not.toContain(album);
    expect([captions(await pageOf(cleo, album)), (await albumOf(cleo, album)).count]).toEqual([['01'], 1]);
    const statuses = await Promise.all(urls.map(async (url) => (await request(world.url).get(url)).status));
    expect(statuses).toEqual([404, 404]);
    await world.advance(MINUTE_MS);
    expect(await show()).toEqual([404, 404]);
    await ana.delete(`/v1/albums/${album}/members/${ben.id}`).expect(404);

    const { member } = await invite(ana, album, { handle: ben.name, role: 'contributor' });
    expect(member?.state).toBe('invited');
    const again = `/v1/invitations/${(await received(ben))[0]?.token}`;
    expect(problemOf(await ben.post(again).expect(429)).code).toBe('busy');
    await world.cloud.appIsAt(world.appUrl);
    await world.drain();
    expect((await ben.read(`/v1/photos/${ben.photos['02']}`, Photo)).albums).not.toContain(album);
    await ben.post(again).expect(200);
    await world.drain();
    expect([captions(await pageOf(ben, album)), (await albumOf(ben, album)).count]).toEqual([['01'], 1]);
    expect(await add(ben, album, ['03'])).toEqual(['added']);
    expect((await albumOf(ana, album)).count).toBe(2);
    await ben.delete(`/v1/albums/${album}/members/${ben.id}`).expect(204);
    expect((await albumOf(ana, album)).count).toBe(1);
  });

  test('a member who erases the account leaves no trace in the album, and its owner none with the members', async () => {
    const dora = await newPerson(['07']);
    const [kept, gone] = [await newAlbum(ana, ['01']), await newAlbum(dora, ['07'])];
    await join(dora, kept, 'contributor');
    await add(dora, kept, ['07']);
    await join(ben, gone, 'contributor', dora);
    await add(ben, gone, ['02']);
    await invite(dora, gone, { handle: cleo.name });
    await world.drain();
    const urls = (await pageOf(ben, gone)).items.map(({ variants }) => variants.thumb.url);
    await dora.delete('/v1/me').expect(202);
    await world.drain();
    await world.advance(MINUTE_MS);
    await world.cloud.runCron('/cron/sweep-outbox');
    await world.drain();
    expect(captions(await pageOf(ana, kept))).toEqual(['01']);
    expect(await albumOf(ana, kept)).toMatchObject({ count: 1, members: 0 });
    expect(await peopleOf(ana, kept)).toEqual([`${ana.name} owner member 1`]);
    await ben.get(`/v1/albums/${gone}`).expect(404);
    expect((await ben.read(`/v1/photos/${ben.photos['02']}`, Photo)).albums).not.toContain(gone);
    expect([await received(cleo), (await request(elsewhere).get(urls[0]!)).status]).toEqual([[], 404]);
    // Nothing in the database names the user or the user's album but what the other users' feeds report.
    const [entities] = await world.datastore.runQuery(world.datastore.createQuery());
    const naming = entities.filter((entity) => {
      const key = (entity as Record<symbol, { path: string[] }>)[world.datastore.KEY]?.path.join('/') ?? '';
      return `${key} ${JSON.stringify(entity)}`.includes(dora.id);
    });
    expect(naming).toEqual([]);
    // An album without members is one of its owner alone again.
    expect(captions(await pageOf(ana, kept, '?limit=1'))).toEqual(['01']);
    expect((await ana.read('/v1/timeline', TimelinePage)).items.length).toBe(3);
  });
});

describe('limits', () => {
  test('an album has at most 19 members and 5 links, and an invitation ends after 14 days', async () => {
    const album = await newAlbum();
    const others = await Promise.all(Array.from({ length: 20 }, () => world.user()));
    await Promise.all(others.slice(0, 19).map(({ name }) => invite(ana, album, { handle: name })));
    const full = await ana.post(`/v1/albums/${album}/members`).send({ handle: others[19]?.name }).expect(429);
    expect(problemOf(full)).toMatchObject({ code: 'too-many-members', maxMembers: 19 });
    for (let count = 0; count < 5; count++) await invite(ana, album, {});
    const { link } = (await ana.read(`/v1/albums/${album}/members`, AlbumMembers)).links.map((each) => ({
      link: each,
    }))[0]!;
    expect(problemOf(await ana.post(`/v1/albums/${album}/members`).send({}).expect(429))['maxAlbumLinks']).toBe(5);
    // The places of those who were invited are taken, and one of them may come by the link.
    expect(problemOf(await cleo.post(`/v1/invitations/${link.token}`).expect(429)).code).toBe('too-many-members');
    await others[0]!.post(`/v1/invitations/${link.token}`).expect(200);
    await world.advance(14 * 24 * 60 * MINUTE_MS);
    // The tokens of the people have expired as well.
    const [later, owner] = [await world.user(others[1]!.name), await world.user(ana.name)];
    await later.post(`/v1/invitations/${link.token}`).expect(404);
    expect(await later.read('/v1/invitations', ReceivedInvitations)).toMatchObject({ items: [] });
    await owner.post(`/v1/albums/${album}/members`).send({ handle: others[19]?.name }).expect(201);
    await owner.delete(`/v1/albums/${album}`).expect(204);
    await world.drain();
  });
});
