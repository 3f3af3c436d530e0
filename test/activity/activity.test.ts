import { expect, test } from 'vitest';
import { picture } from '../support/picture.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import request from 'supertest';
import { ActivityReply } from '../../src/features/activity/routes.ts';

const world = await startWorld({ env: { RATE_LIMITS: 'uploads=12' } });

const activity = (user: TestUser) => user.read('/v1/me/activity', ActivityReply);
const kinds = async (user: TestUser) => (await activity(user)).items.map(({ kind }) => kind);

async function upload(user: TestUser): Promise<string> {
  return (await user.upload(await picture({ width: 32, height: 24 })).expect(201)).body.photo.id as string;
}

test('events of photos are listed newest first, and nothing else is listed', async () => {
  const ana = await world.user();
  expect(await activity(ana)).toEqual({ items: [], before: null });
  const id = await upload(ana);
  await ana.patch(`/v1/photos/${id}`).send({ caption: 'edited' }).expect(200);
  await ana.delete(`/v1/photos/${id}`).expect(204);
  await ana.delete(`/v1/photos/${id}`).expect(204);
  await ana.post(`/v1/photos/${id}/restore`).expect(200);
  await ana.delete(`/v1/photos/${id}`).expect(204);
  await ana.delete(`/v1/trash/${id}`).expect(204);
  await ana.patch(`/v1/photos/${id}`).send({ caption: 'gone' }).expect(404);
  const { items } = await activity(ana);
  expect(items.map(({ kind }) => kind)).toEqual(['erase', 'trash', 'restore', 'trash', 'edit', 'upload']);
  expect(items.at(-1)).toMatchObject({ photo: id, photos: 1 });
});

test('to sign in is an event, and the page shows it', async () => {
  const name = 'pages';
  await world.user(name);
  const form = request(world.url).post('/signin').type('form').send({ name });
  const { headers } = await form.set('Sec-Fetch-Site', 'same-origin').expect(303);
  const [cookie = ''] = (headers['set-cookie'] as unknown as string[])[0]?.split(';') ?? [];
  expect(await kinds(await signUp(world.url, name))).toEqual(['sign-in']);
  const page = await request(world.url).get('/activity').set('Cookie', cookie).expect(200);
  expect(page.text).toMatch(/<\/time>\s+Signed in\s/);
});

test('ten are shown; a push task deletes the older ones, and logs how many and which', async () => {
  const ana = await world.user();
  const ids: string[] = [];
  for (let count = 0; count < 12; count++) {
    ids.unshift(await upload(ana));
    await world.advance(1000);
  }
  const shown = await activity(ana);
  expect(shown.items.map(({ photo }) => photo)).toEqual(ids.slice(0, 10));
  expect(shown.before).toBe(shown.items.at(-1)?.at);

  const logged = world.logged('Deleted 2 events of an account.');
  await world.drain();
  expect(JSON.parse(await logged)).toMatchObject({
    deleted: [expect.stringMatching(/^upload at 2026-/), expect.stringMatching(/^upload at 2026-/)],
  });
  expect(await activity(ana)).toEqual({ ...shown, before: null });
});

test('a change has the older events deleted without a read of the list', async () => {
  const ana = await world.user();
  const id = await upload(ana);
  const logged = world.logged('events of an account.');
  for (let count = 0; count < 49; count++) {
    await world.advance(1000);
    await ana
      .patch(`/v1/photos/${id}`)
      .send({ caption: `${count}` })
      .expect(200);
  }
  await world.drain();
  expect(await logged).toContain('Deleted 40 events of an account.');
});

test('uploads at once are an event each, however their commits are folded', async () => {
  const ana = await world.user();
  await Promise.all(Array.from({ length: 12 }, () => upload(ana)));
  expect(await kinds(ana)).toEqual(Array.from({ length: 10 }, () => 'upload'));
});
