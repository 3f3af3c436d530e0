import request from 'supertest';
import { expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const HOUR_MS = 3_600_000;

const wordsOf = (page: string) =>
  [...page.matchAll(/<p>\s*<time[^>]*>([^<]*)<\/time>\s*([^<]*?)\s*<\/p>/g)].map(
    ([, time, words]) => `${time} ${words}`,
  );

test('uploads of a stretch are one line with links to the photos, and sign-ins do not push them out', async () => {
  const ana = await world.user('ana');
  const ids: string[] = [];
  for (let count = 0; count < 12; count++) {
    const { body } = await ana.upload(await picture({ width: 64 + count, height: 48 })).expect(201);
    ids.push((body as { photo: { id: string } }).photo.id);
  }
  await world.advance(3 * HOUR_MS);
  // The token has expired on the way.
  const later = await world.user('ana');
  await later.upload(await picture()).expect(201);
  await world.advance(60_000);
  await later.delete(`/v1/photos/${ids[0]}`).expect(204);
  for (let times = 0; times < 9; times++) {
    await request(world.url).post('/signin').type('form').send({ name: 'ana', returnTo: '/' }).expect(303);
  }
  const { text } = await later.get('/activity').expect(200);
  expect(wordsOf(text)).toEqual([
    '21:01 Signed in 9 times',
    '21:01 1 photo moved to the trash',
    '21:00 1 photo uploaded',
    '18:00 11 photos uploaded',
  ]);
  expect(text).toContain(`href="/photo/${ids[0]}"`);
  expect(text).toContain(`href="/photo/${ids[11]}"`);
  expect(text).toContain('<a href="/recent">and 3 more</a>');
});

test('days and times are those of the account’s time zone', async () => {
  const ben = await world.user('ben');
  await ben.patch('/v1/me').send({ timeZone: 'Pacific/Auckland' }).expect(200);
  await ben.upload(await picture()).expect(201);
  const { text } = await ben.get('/activity').expect(200);
  expect(text).toContain('<time datetime="2026-11-21">Sat, 21 Nov 2026</time>');
});

test('an account without photos and events is told so', async () => {
  const { text } = await (await world.user()).get('/activity').expect(200);
  expect(text).toContain('Nothing has happened yet.');
});
