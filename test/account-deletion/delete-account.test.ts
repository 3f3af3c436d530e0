import request from 'supertest';
import { expect, test } from 'vitest';
import { Me } from '../../src/features/accounts/schemas.ts';
import type { Album } from '../../src/features/albums/schemas.ts';
import type { Share } from '../../src/features/shares/schemas.ts';
import { UploadReply } from '../../src/features/photos/schemas.ts';
import { checked } from '../support/checked.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { secondInstance } from '../support/second-instance.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { tiff } from '../support/tiff.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const elsewhere = await secondInstance(world);
const { datastore } = world;

const idOf = async (user: TestUser) => (await user.read('/v1/me', Me)).id;

async function post(user: TestUser): Promise<string> {
  const { body } = await user.upload(await picture({ width: 300, height: 200 })).expect(201);
  return checked(UploadReply, body).photo.id;
}

/** A library with something of every kind in it. */
async function fillLibrary(user: TestUser): Promise<void> {
  const [shown, thrown, erased] = [await post(user), await post(user), await post(user)];
  const { body } = await user.post('/v1/albums').send({ title: 'Harbour' }).expect(201);
  await user
    .post(`/v1/albums/${(body as Album).id}/photos`)
    .send({ ids: [shown, thrown] })
    .expect(200);
  const { token } = (await user.post('/v1/shares').send({ timeline: true }).expect(201)).body as Share;
  await request(world.url).post(`/s/${token}/report`).type('form').send({ reason: 'Not theirs' }).expect(200);
  await user.upload(await picture(), { headers: { 'Idempotency-Key': 'key' } }).expect(201);
  const raw = user.post('/v1/photos').attach('image', await tiff(), 'raw.tif');
  await raw.attach('preview', await picture(), 'raw.jpg').expect(201);
  for (const id of [thrown, erased]) await user.delete(`/v1/photos/${id}`).expect(204);
  await user.delete(`/v1/trash/${erased}`).expect(204);
  const upload = { bytes: 1000, type: 'image/jpeg', sha256: 'a'.repeat(64) };
  await user.post('/v1/uploads').send(upload).expect(201);
  await request(world.url).post('/v1/session').send({ token: user.token }).expect(201);
  await user
    .patch('/v1/me')
    .send({ handle: `${user.name}-renamed`, displayName: 'Ana' })
    .expect(200);
  await world.drain();
}

/** Everything in the database that has to do with a user, by its kind. */
async function rowsOf(id: string): Promise<string[]> {
  // A global query may be late by ten seconds.
  await world.advance(10_000);
  const below = datastore.createQuery().hasAncestor(datastore.key(['User', id]));
  const roots = ['Handle', 'Identity', 'ShareReports'].map((kind) => datastore.createQuery(kind));
  const [rows, ...named] = await Promise.all(
    [below, ...roots].map(async (query) => (await datastore.runQuery(query))[0]),
  );
  const mine = named.flat().filter(({ user }: { user: string }) => user === id);
  return [...(rows ?? []), ...mine].map((row) => (row as Record<symbol, { kind: string }>)[datastore.KEY]?.kind ?? '');
}

test('a deleted account leaves nothing behind, and a new sign-in begins an empty account of the same name', async () => {
  const before = await world.objects();
  const [ana, ben] = [await world.user('ana'), await world.user('ben')];
  await fillLibrary(ana);
  const kept = await post(ben);
  const id = await idOf(ana);
  const kinds = ['User', 'Photo', 'Claim', 'Year', 'Receipt', 'Upload', 'Session', 'Handle', 'Identity'];
  expect(await rowsOf(id)).toEqual(expect.arrayContaining(kinds));
  const there = await signUp(elsewhere, 'ana');
  expect((await there.get('/v1/timeline').expect(200)).body.items).toHaveLength(3);
  await world.cloud.deliverTwice(true);

  await ana.delete('/v1/me').expect(202);

  // No task has run yet, and another instance still knows the token.
  for (const path of ['/v1/timeline', '/v1/timeline/days', '/v1/changes', '/v1/me', '/v1/me/activity'])
    expect(problemOf(await there.get(path).expect(410)).code).toBe('account-erased');
  await there.upload(await picture()).expect(410);
  await request(world.url).get('/v1/users/ana/timeline').expect(404);
  await world.drain();
  await world.advance(60_000);
  await world.cloud.runCron('/cron/sweep-outbox');
  await world.drain();

  expect(await rowsOf(id)).toEqual([]);
  expect((await ben.get('/v1/timeline').expect(200)).body.items).toMatchObject([{ id: kept, state: 'ready' }]);
  expect(await world.objects()).toHaveLength(before.length + 4);
  const again = await world.user('ana');
  const me = await again.read('/v1/me', Me);
  expect(me).toMatchObject({ handle: 'ana', displayName: '', usage: { photos: 0, bytes: 0 } });
  expect(me.id).not.toBe(id);
});

test('pictures of an erased account are gone at once where it was erased, and within a minute elsewhere', async () => {
  const iris = await world.user('iris');
  const { body } = await iris.upload(await picture()).expect(201);
  await world.drain();
  const { variants, original } = checked(UploadReply, body).photo;
  const urls = [variants.thumb.url, original.url];
  const show = (instance: string) =>
    Promise.all(urls.map(async (url) => (await request(instance).get(url).redirects(0)).status));
  for (const instance of [world.url, elsewhere]) expect(await show(instance)).toEqual([200, 200]);

  // The objects stay in the bucket all the while: no task runs.
  await world.cloud.appIsGone();
  await iris.delete('/v1/me').expect(202);
  expect(await show(world.url)).toEqual([404, 404]);
  await world.advance(59_000);
  expect(await show(world.url)).toEqual([404, 404]);
  await world.advance(1_000);
  expect(await show(elsewhere)).toEqual([404, 404]);
  await world.cloud.appIsAt(world.appUrl);
  await world.drain();
});

test('an upload that is under way when its owner leaves leaves nothing behind', async () => {
  const cleo = await world.user('cleo');
  const id = await idOf(cleo);
  const before = await world.objects();
  const uploads = Array.from({ length: 6 }, async () => (await cleo.upload(await picture())).status);
  expect(await Promise.race(uploads)).toBe(201);
  await cleo.delete('/v1/me').expect(202);
  for (const status of await Promise.all(uploads)) expect([201, 410]).toContain(status);
  await world.drain();
  await world.advance(60_000);
  await world.cloud.runCron('/cron/sweep-outbox');
  await world.drain();
  expect((await rowsOf(id)).filter((kind) => kind !== 'Identity')).toEqual([]);
  const again = await idOf(await world.user('cleo'));
  const photos = (await rowsOf(again)).filter((kind) => kind === 'Photo').length;
  expect(await world.objects()).toHaveLength(before.length + photos * 4);
});

test('the handles are removed at the first attempt of the task, also when Datastore aborts that', async () => {
  const dora = await world.user('dora');
  await dora.delete('/v1/me').expect(202);
  await world.cloud.abortCommits(2);
  await world.drain();
  expect(await datastore.get(datastore.key(['Handle', 'dora']))).toEqual([undefined]);
});

/** What is kept of identities whose accounts were erased. A global query may be late by ten seconds. */
async function marks(): Promise<unknown[]> {
  await world.advance(10_000);
  return (await datastore.runQuery(datastore.createQuery('ErasedIdentity')))[0];
}

/** Moves the time on without an app that listens: another test is about cron runs. */
async function wait(ms: number): Promise<void> {
  await world.cloud.appIsGone();
  await world.advance(ms);
  await world.cloud.appIsAt(world.appUrl);
}

const bearer = async (name: string) => `Bearer ${(await world.cloud.mintToken(name)).token}`;

test('a phone that goes on asking makes no new account; a sign-in does', async () => {
  const before = (await marks()).length;
  const emil = await world.user('emil');
  const id = await idOf(emil);
  await emil.delete('/v1/me').expect(202);

  for (const stage of ['before the task has run', 'afterwards']) {
    const poll = await emil.get('/v1/me');
    expect([stage, poll.status, problemOf(poll).code]).toEqual([stage, 410, 'account-erased']);
    expect(poll.body).not.toHaveProperty('retryable');
    await emil.get('/').expect(410);
    await emil.upload(await picture()).expect(410);
    await emil.delete('/v1/me').expect(410);
    // The course's form vouches for who is named, but it is no sign-in.
    await request(world.url)
      .post('/post/emil/')
      .attach('image', await picture(), 'a.jpg')
      .expect(410);
    await world.drain();
  }
  expect((await rowsOf(id)).filter((kind) => kind !== 'Outbox')).toEqual([]);

  const { body } = await request(world.url).post('/v1/session').send({ token: emil.token }).expect(201);
  expect(body.handle).toBe('emil');
  expect(body.id).not.toBe(id);
  expect(await idOf(emil)).toBe(body.id);
  expect(await marks()).toHaveLength(before);
});

test('a salted hash of an erased identity is kept for 30 days, and nothing afterwards', async () => {
  const before = (await marks()).length;
  const fred = await world.user('fred');
  const id = await idOf(fred);
  await fred.delete('/v1/me').expect(202);
  await world.drain();
  const kept = (await marks()) as Record<string | symbol, unknown>[];
  expect(kept).toHaveLength(before + 1);
  for (const mark of kept) expect(Object.keys(mark)).toEqual(['expiryKey']);
  const poll = async () =>
    (
      await request(world.url)
        .get('/v1/me')
        .set('Authorization', await bearer('fred'))
    ).status;

  await wait(30 * 24 * 3_600_000 - 60_000);
  expect(await world.cloud.runCron('/cron/sweep-erased-identities')).toBe(200);
  expect(await poll()).toBe(410);
  await wait(60_000);
  expect(await world.cloud.runCron('/cron/sweep-erased-identities')).toBe(200);
  expect(await marks()).toEqual([]);
  expect(await rowsOf(id)).toEqual([]);
  expect(await poll()).toBe(200);
});

test('an expired mark counts for nothing, also before it is swept', async () => {
  const gina = await world.user('gina');
  await gina.delete('/v1/me').expect(202);
  await world.drain();
  await wait(30 * 24 * 3_600_000);
  await request(world.url)
    .get('/v1/me')
    .set('Authorization', await bearer('gina'))
    .expect(200);
});

test('requests at the same time as the erasure leave no account behind', async () => {
  const hugo = await world.user('hugo');
  const polls = () => Array.from({ length: 12 }, async () => (await hugo.get('/v1/me')).status);
  const statuses = await Promise.all([...polls(), hugo.delete('/v1/me').then(({ status }) => status), ...polls()]);
  for (const status of statuses) expect([200, 202, 410]).toContain(status);
  await world.drain();
  for (const status of await Promise.all(polls())) expect(status).toBe(410);
});
