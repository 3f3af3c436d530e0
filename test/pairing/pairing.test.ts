import request from 'supertest';
import { expect, test } from 'vitest';
import { Me, SessionList } from '../../src/features/accounts/schemas.ts';
import { makePairingCode } from '../../src/features/pairing/pairing-codes.ts';
import { visitor, type Visitor } from '../sign-in/people.ts';
import { checked } from '../support/checked.ts';
import { secondInstance } from '../support/second-instance.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const url = await secondInstance(world, {}, { IDENTITY: 'pairing', HOST: '0.0.0.0' });

const newCode = async () => (await makePairingCode(world)).code;
const pair = (at: Visitor, code: string, name: string) => at.post('/pair', { code, name });
const me = async (at: Visitor) => checked(Me, (await at.get('/v1/me')).body);

test('a code pairs one browser with a new account, in a fresh session', async () => {
  const code = await newCode();
  const ana = visitor(url);
  expect((await ana.get('/')).text).toContain('href="/pair"');
  // A link preview opens the link as well: it uses nothing up.
  for (const at of [ana, visitor(url)]) expect((await at.get(`/pair?code=${code}`)).text).toContain(`value="${code}"`);
  const paired = await pair(ana, code, 'Ana Maria');
  expect([paired.status, paired.headers['location']]).toEqual([303, '/']);
  expect((await me(ana)).handle).toBe('ana-maria');
  expect(checked(SessionList, (await ana.get('/v1/sessions')).body).items).toHaveLength(1);
  expect((await ana.get('/settings')).text).toContain('value="delete-account"');

  const late = await pair(visitor(url), code, 'bea');
  expect([late.status, /role="alert">([^<]*)/.exec(late.text)?.[1]]).toEqual([
    403,
    'This code was used already, is too old or was mistyped. Get a new code where the program runs.',
  ]);
});

test('the next code opens the same account in another browser, typed without hyphen and capitals', async () => {
  const [laptop, phone] = [visitor(url), visitor(url)];
  await pair(laptop, await newCode(), 'cleo');
  await pair(phone, (await newCode()).toLowerCase().replace('-', ' '), 'Cleo');
  expect((await me(phone)).id).toBe((await me(laptop)).id);
});

test('a code ends after ten minutes, and with the next code', async () => {
  const first = await newCode();
  const second = await newCode();
  expect((await pair(visitor(url), first, 'dan')).status).toBe(403);
  await world.advance(10 * 60_000);
  expect((await pair(visitor(url), second, 'dan')).status).toBe(403);
});

test('a wrong name does not use the code up, and of several browsers at once one is paired', async () => {
  const code = await newCode();
  const wrong = await pair(visitor(url), code, 'a/b');
  expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('A name has 1 to 30 letters')]);
  const replies = await Promise.all(['eve', 'fay', 'gus'].map((name) => pair(visitor(url), code, name)));
  expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 403, 403]);
});

test('a program gets problems, the page of another site is refused, and nothing else signs in', async () => {
  const code = await newCode();
  const form = request(url).post('/pair').type('form');
  expect((await form.send({ code: 'AAAA-AAAA', name: 'hal' })).body).toMatchObject({
    code: 'pairing-refused',
    status: 403,
  });
  const foreign = request(url).post('/pair').set('Origin', 'https://evil.example').type('form');
  expect((await foreign.send({ code, name: 'hal' })).status).toBe(403);
  await request(url).post('/local/token').send({ name: 'hal' }).expect(404);
  await request(url).post('/signin').type('form').send({ name: 'hal' }).expect(404);
  const token = (await world.user('ida')).token;
  await request(url).get('/v1/me').set('Authorization', `Bearer ${token}`).expect(401);
  // Without IDENTITY=pairing there are no codes.
  await request(world.url).get('/pair').expect(404);
});
