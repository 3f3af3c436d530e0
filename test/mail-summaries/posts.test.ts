import request from 'supertest';
import { expect, test } from 'vitest';
import { moderationDeps, setSuspended } from '../../src/features/moderation/operator-acts.ts';
import type { UserId } from '../../src/runtime/ids.ts';
import { picture } from '../support/picture.ts';
import { problemOf } from '../support/replies.ts';
import { headerOf, SITE, startMailWorld } from './mail-world.ts';

const MINUTE = 60_000;
const POSTS = { mail: { posts: true } };

const { world, mailTo, mailSummaries, poster } = await startMailWorld();

const subjectsTo = (name: string) => mailTo(name).map((mail) => headerOf(mail, 'Subject'));

test('photos posted within five minutes share one mail with their pictures', async () => {
  await poster('ana', ['One', 'Two'], POSTS);
  await world.drain();
  await world.advance(4 * MINUTE);
  await poster('ana', ['Three']);
  expect(mailTo('ana')).toEqual([]);
  await world.advance(MINUTE);
  expect(subjectsTo('ana')).toEqual(['3 photos posted']);
  const [mail] = mailTo('ana');
  for (const caption of ['One', 'Two', 'Three']) expect(mail?.data).toContain(caption);
  expect(mail?.data.match(/^Content-Type: image\/jpeg/gm)).toHaveLength(3);

  await poster('ana', ['Four'], POSTS);
  await world.advance(5 * MINUTE);
  expect(subjectsTo('ana')).toEqual(['3 photos posted', 'New photo: Four']);
});

test('no mail about posts is sent to users who did not ask for it, nor about photos deleted meanwhile', async () => {
  await poster('silent', ['One'], { mail: { summary: true } });
  const { photo } = await poster('ben', ['One'], POSTS);
  await (await world.user('ben')).delete(`/v1/photos/${photo}`).expect(204);
  await world.advance(5 * MINUTE);
  expect([...mailTo('silent'), ...mailTo('ben')]).toEqual([]);
});

test('a suspended account gets no mail until it is open again', async () => {
  const { userId } = await poster('eve', ['One'], { mail: { posts: true, summary: true } });
  const close = (closed: boolean) =>
    setSuspended(moderationDeps(world), userId as UserId, closed, { by: 'test', reason: '' });
  await close(true);
  await world.advance(5 * MINUTE);
  await mailSummaries();
  expect(mailTo('eve')).toEqual([]);
  await close(false);
  await poster('eve', ['Two']);
  await world.advance(5 * MINUTE);
  expect(subjectsTo('eve')).toEqual(['New photo: Two']);
});

test('a task that comes twice mails once', async () => {
  await poster('cleo', ['One'], POSTS);
  await world.cloud.deliverTwice(true);
  await world.advance(5 * MINUTE);
  await world.cloud.deliverTwice(false);
  expect(mailTo('cleo')).toHaveLength(1);
});

test('the sample’s task mails about one photo, once, and about one in the trash not at all', async () => {
  const ask = async (body: object) => (await request(world.url).post('/email_task/').send(body).expect(200)).text;
  const { userId: user, photo } = await poster('hal', ['At sea'], { displayName: 'Hal' });
  expect(await ask({ user, photo })).toBe('not-asked-for');
  const hal = await world.user('hal');
  await hal.patch('/v1/me').send(POSTS).expect(200);
  expect(await ask({ user, photo })).toBe('sent');
  expect(await ask({ user, photo })).toBe('settled-before');
  expect(subjectsTo('hal')).toEqual(['New photo: At sea']);

  await hal.delete(`/v1/photos/${photo}`).expect(204);
  expect(await ask({ user, photo })).toBe('nothing-to-do');
  const refused = await request(world.url).post('/email_task/').send({ user, photo: '../x' }).expect(400);
  expect(problemOf(refused)).toMatchObject({
    code: 'invalid-request',
    errors: [{ pointer: '/photo', message: 'The id of a photo has 16 letters and digits.' }],
  });
  expect(mailTo('hal')).toHaveLength(1);
});

test('the link in a mail ends mails of its sort, by the page and by a mail program', async () => {
  await poster('ida', ['One'], { mail: { posts: true, summary: true } });
  await world.advance(5 * MINUTE);
  const [mail] = mailTo('ida');
  const [, link = ''] = /^<(.*)>$/.exec(headerOf(mail, 'List-Unsubscribe') ?? '') ?? [];
  const path = link.slice(SITE.length);
  expect(headerOf(mail, 'List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
  const ida = await world.user('ida');
  const wishes = async () => (await ida.get('/v1/me').expect(200)).body.mail as object;

  const page = await request(world.url).get(path).expect(200);
  expect(page.text).toContain('mails about new posts');
  expect(await wishes()).toMatchObject({ posts: true, summary: true });

  await request(world.url).post(path).type('form').send('List-Unsubscribe=One-Click').expect(200);
  expect(await wishes()).toMatchObject({ posts: false, summary: true });
  await ida.upload(await picture()).expect(201);
  await world.advance(5 * MINUTE);
  expect(mailTo('ida')).toHaveLength(1);

  await request(world.url).post(path).field('List-Unsubscribe', 'One-Click').expect(200);
  await request(world.url).post(path.replace('.posts.', '.summary.')).expect(404);
  expect(await wishes()).toMatchObject({ posts: false, summary: true });
});
