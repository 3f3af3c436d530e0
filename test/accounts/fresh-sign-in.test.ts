import request from 'supertest';
import { expect, test } from 'vitest';
import { signUp } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';
import { problemOf } from '../support/replies.ts';

const world = await startWorld();
const MINUTE = 60_000;
const OWN = { 'Sec-Fetch-Site': 'same-origin' };

const CHALLENGE =
  'Bearer error="insufficient_user_authentication", ' +
  'error_description="A more recent sign-in is required", max_age="900"';

/** The cookie of a page that has just signed in by a token. */
async function signIn(token: string): Promise<string> {
  const reply = await request(world.url).post('/v1/session').send({ token }).expect(201);
  return reply.get('Set-Cookie')?.[0]?.split(';')[0] ?? '';
}

const asPage = (Cookie: string) => ({ Cookie, ...OWN });

test('a token of more than fifteen minutes ago does not erase the account, and a fresh one does', async () => {
  const ana = await world.user('ana');
  await world.advance(15 * MINUTE + 1000);
  const refused = await ana.delete('/v1/me').expect(401);
  expect(problemOf(refused)).toMatchObject({ code: 'fresh-sign-in-required', maxAgeSeconds: 900 });
  expect(refused.get('WWW-Authenticate')).toBe(CHALLENGE);
  await ana.get('/v1/me').expect(200);
  await (await signUp(world.url, 'ana')).delete('/v1/me').expect(202);
  await ana.get('/v1/me').expect(410);
});

test('a session of more than fifteen minutes ago does not either, nor one begun by an old token', async () => {
  const { token } = await world.user('ben');
  const early = await signIn(token);
  await world.advance(15 * MINUTE + 1000);
  const late = await signIn(token);
  for (const cookie of [early, late]) {
    const refused = await request(world.url).delete('/v1/me').set(asPage(cookie)).expect(401);
    expect(problemOf(refused).code).toBe('fresh-sign-in-required');
  }
  const again = await signIn((await signUp(world.url, 'ben')).token);
  await world.advance(14 * MINUTE);
  await request(world.url).delete('/v1/me').set(asPage(again)).expect(202);
});

test('only a fresh sign-in makes a timeline public; all else is edited as before', async () => {
  const cleo = await world.user('cleo');
  await world.advance(16 * MINUTE);
  const wish = { visibility: 'public', handle: 'cleo-2' };
  const refused = await cleo.patch('/v1/me').send(wish).expect(401);
  expect(problemOf(refused).code).toBe('fresh-sign-in-required');
  // Nothing of the edit was done, the handle least of all.
  expect((await cleo.get('/v1/me').expect(200)).body).toMatchObject({ visibility: 'private', handle: 'cleo' });
  await request(world.url).get('/v1/users/cleo-2/timeline').expect(404);
  await cleo.patch('/v1/me').send({ displayName: 'Cleo', visibility: 'private' }).expect(200);

  const fresh = await signUp(world.url, 'cleo');
  await fresh.patch('/v1/me').send(wish).expect(200);
  // A phone that sends everything it has changes nothing by what is so already.
  await cleo.patch('/v1/me').send({ visibility: 'public', displayName: 'C.' }).expect(200);
  await cleo.patch('/v1/me').send({ visibility: 'private' }).expect(200);
  await cleo.patch('/v1/me').send({ visibility: 'public' }).expect(401);
});

test('a browser is led to sign in, and back to where it was', async () => {
  const dora = await world.user('dora');
  const page = await request(world.url)
    .post('/upload_photo')
    .set({ Accept: 'text/html', ...OWN });
  expect(page.status).toBe(401);
  expect(page.text).toContain('href="/sign-in">Sign in</a>');
  await world.advance(16 * MINUTE);
  const cookie = await signIn(dora.token);
  const refused = await request(world.url)
    .delete('/v1/me')
    .set({ ...asPage(cookie), Accept: 'text/html', Referer: `${world.url}/upload_photo` });
  expect(refused.status).toBe(401);
  expect(refused.text).toContain('href="/sign-in?returnTo=%2Fupload_photo">Sign in</a>');

  const form = await request(world.url).get('/sign-in?returnTo=%2Fupload_photo').set({ Cookie: cookie }).expect(200);
  expect(form.text).toContain('<input type="hidden" name="returnTo" value="/upload_photo"');
  const entered = await request(world.url)
    .post('/signin')
    .set(asPage(cookie))
    .type('form')
    .send({ name: 'dora', returnTo: '/upload_photo' })
    .expect(303);
  expect(entered.get('Location')).toBe('/upload_photo');
  const fresh = entered.get('Set-Cookie')?.[0]?.split(';')[0] ?? '';
  await request(world.url).delete('/v1/me').set(asPage(fresh)).expect(202);
});

test.each([
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  'https://evil.example/',
  'evil',
  '/.//evil.example',
  '',
])('a sign-in does not lead to %j', async (returnTo) => {
  const form = request(world.url).post('/signin').type('form').send({ name: 'emil', returnTo });
  expect((await form.expect(303)).get('Location')).toBe('/');
  const page = await request(world.url).get('/sign-in').query({ returnTo }).expect(200);
  expect(page.text).toContain('name="returnTo" value="/"');
});
