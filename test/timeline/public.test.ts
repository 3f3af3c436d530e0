import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { secondInstance } from '../support/second-instance.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const elsewhere = await secondInstance(world);

const look = (handle: string, url = world.url) => request(url).get(`/v1/users/${handle}/timeline`);

describe('another user’s timeline', () => {
  test('another user’s timeline is not found until it is public, and not found again afterwards, on every instance at once', async () => {
    const ana = await world.user('ana');
    await look('ana').expect(404);
    await ana.patch('/v1/me').send({ visibility: 'public', displayName: 'Ana' }).expect(200);
    expect((await look('ana').expect(200)).body).toMatchObject({ items: [], displayName: 'Ana' });
    await look('ana', elsewhere).expect(200);
    await ana.patch('/v1/me').send({ displayName: 'Anna' }).expect(200);
    expect((await look('ana', elsewhere).expect(200)).body.displayName).toBe('Anna');
    await ana.patch('/v1/me').send({ visibility: 'private' }).expect(200);
    for (const url of [world.url, elsewhere]) {
      const problem = problemOf(await look('ana', url).expect(404));
      expect(problem).toMatchObject({ code: 'not-found', detail: 'There is no such timeline.' });
    }
    expect(problemOf(await look('unused').expect(404)).detail).toBe('There is no such timeline.');
  });

  test('another user’s timeline shows photos with pictures that open, and nothing private', async () => {
    const ben = await world.user('ben');
    await ben.patch('/v1/me').send({ visibility: 'public' }).expect(200);
    const bytes = await picture({ takenAt: '2019-07-01T10:00:00' });
    await ben.upload(bytes, { fields: { caption: 'For all' } }).expect(201);
    const archived = await ben.upload(await picture()).expect(201);
    await ben.patch(`/v1/photos/${archived.body.photo.id}`).send({ archived: true }).expect(200);
    await world.drain();

    const { body, headers } = await look('ben').expect(200);
    expect(body.items).toHaveLength(1);
    const [photo] = body.items;
    expect(photo).toMatchObject({ owner: 'ben', caption: 'For all' });
    expect(JSON.stringify(body)).not.toMatch(/location|original|sha256|fileName|favourite/);
    await request(world.url).get(photo.variants.thumb.url).expect(200);
    const original = photo.variants.thumb.url.replace('/thumb', '/original');
    await request(world.url).get(original).expect(401);
    await look('ben')
      .set('If-None-Match', headers['etag'] ?? '')
      .expect(304);
  });

  test('a public timeline is paged by cursors of its own, which its owner’s timeline refuses', async () => {
    const cleo = await world.user('cleo');
    await cleo.patch('/v1/me').send({ visibility: 'public' }).expect(200);
    for (let count = 0; count < 3; count++) await cleo.upload(await picture({ width: 40, height: 30 })).expect(201);
    const first = (await look('cleo').query({ limit: 2 }).expect(200)).body;
    const second = (await look('cleo').query({ limit: 2, cursor: first.next }).expect(200)).body;
    expect([first.items.length, second.items.length, second.next]).toEqual([2, 1, null]);
    await (await world.user()).patch('/v1/me').send({ visibility: 'public' }).expect(200);
    const problem = problemOf(await look('ben').query({ cursor: first.next }).expect(400));
    expect(problem.code).toBe('cursor-mismatch');
  });
});

test('the front page lists timelines while they are public, the latest first', async () => {
  const front = async () => (await request(world.url).get('/').expect(200)).text;
  const [dora, emil] = [await world.user('dora'), await world.user('emil')];
  await dora.patch('/v1/me').send({ visibility: 'public', displayName: 'Dora & Co' }).expect(200);
  await world.advance(60_000);
  await emil.patch('/v1/me').send({ visibility: 'public' }).expect(200);
  // Fresh rows may hide from global queries for ten seconds, and what was found is remembered for a minute.
  await world.advance(70_000);
  const text = await front();
  expect(text).toContain('<a href="/u/dora"><bdi>Dora &#38; Co</bdi></a>');
  expect(text.indexOf('/u/emil"')).toBeGreaterThan(0);
  expect(text.indexOf('/u/emil"')).toBeLessThan(text.indexOf('/u/dora"'));
  await emil.patch('/v1/me').send({ visibility: 'private' }).expect(200);
  expect(await front()).not.toContain('/u/emil"');
});
