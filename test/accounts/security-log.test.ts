import request from 'supertest';
import { beforeAll, expect, test } from 'vitest';
import { Me, SessionList } from '../../src/features/accounts/schemas.ts';
import { logEntry, type LogEntry } from '../support/log-lines.ts';
import { signUp, type TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const OWN = { 'Sec-Fetch-Site': 'same-origin' };

/** The next line that contains `text`, once `act` has been carried out. */
async function lineAfter(text: string, act: () => PromiseLike<unknown>): Promise<LogEntry> {
  const logged = world.logged(text);
  await act();
  return logEntry(await logged);
}

const eventAfter = (event: string, act: () => PromiseLike<unknown>) => lineAfter(`"event":"${event}"`, act);

let ana: TestUser;
let id: string;
/** What the log calls Ana. */
let name: unknown;

beforeAll(async () => {
  const created = await eventAfter('account-created', async () => (ana = await world.user('ana')));
  id = (await ana.read('/v1/me', Me)).id;
  name = created['user'];
});

test('a user has one name in the log, which is not the id, and says nothing of it', async () => {
  expect(name).toMatch(/^[\w-]{12}$/);
  expect(name).not.toContain(id.slice(0, 6));
  const line = await lineAfter('"requestUrl":"/v1/timeline"', () => ana.get('/v1/timeline'));
  expect(line).toMatchObject({ user: name, client: '127.0.0.0/24', severity: 'INFO' });
  const ben = await world.user('ben');
  const other = await lineAfter('"requestUrl":"/v1/timeline"', () => ben.get('/v1/timeline'));
  expect(other['user']).toMatch(/^[\w-]{12}$/);
  expect(other['user']).not.toBe(name);
  for (const text of [JSON.stringify(line), JSON.stringify(other)]) {
    expect(text).not.toContain(id);
    expect(text).not.toContain(ana.token);
  }
});

test('sign-in, sign-out and the end of sessions are lines with an event, the user and the network', async () => {
  let cookie = '';
  const signIn = async () => {
    const reply = await request(world.url).post('/v1/session').send({ token: ana.token }).expect(201);
    cookie = reply.get('Set-Cookie')?.[0]?.split(';')[0] ?? '';
  };
  const known = { user: name, client: '127.0.0.0/24', severity: 'INFO', requestId: expect.any(String) };
  const entered = await eventAfter('sign-in', signIn);
  expect(entered).toMatchObject(known);
  expect(JSON.stringify(entered)).not.toContain(cookie.split('.')[1]);
  const out = () =>
    request(world.url)
      .delete('/v1/session')
      .set({ Cookie: cookie, ...OWN });
  expect(await eventAfter('sign-out', out)).toMatchObject(known);

  await signIn();
  const { items } = await ana.read('/v1/sessions', SessionList);
  const one = () => ana.delete(`/v1/sessions/${items[0]?.id}`).expect(204);
  expect(await eventAfter('session-ended', one)).toMatchObject(known);
  await signIn();
  const all = () => ana.delete('/v1/sessions').expect(204);
  expect(await eventAfter('all-sessions-ended', all)).toMatchObject({ ...known, sessions: 1 });

  const refused = () => request(world.url).get('/v1/me').set({ Cookie: cookie }).expect(401);
  expect(await lineAfter('"requestUrl":"/v1/me"', refused)).toMatchObject({ reason: 'session-unknown' });
});

test('why a request is refused stands on its line, and what it brought along does not', async () => {
  const reasonOf = async (headers: Record<string, string>) => {
    const line = await lineAfter('"requestUrl":"/v1/me"', () =>
      request(world.url).patch('/v1/me').set(headers).send({}),
    );
    expect(JSON.stringify(line)).not.toMatch(/eyJ|s3cret|evil/);
    return line['reason'];
  };
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
  expect(await reasonOf({})).toBe('no-credentials');
  expect(await reasonOf(bearer('s3cret'))).toBe('token-malformed');
  const [head, , signature] = ana.token.split('.');
  const foreign = Buffer.from(JSON.stringify({ iss: 'https://evil.example' })).toString('base64url');
  expect(await reasonOf(bearer([head, foreign, signature].join('.')))).toBe('token-issuer');
  const { token } = await world.user('cleo');
  const [, body] = token.split('.');
  expect(await reasonOf(bearer([head, body, signature].join('.')))).toBe('token-signature');
  const entered = await request(world.url).post('/v1/session').send({ token });
  const Cookie = entered.get('Set-Cookie')?.[0]?.split(';')[0] ?? '';
  expect(await reasonOf({ Cookie, 'Sec-Fetch-Site': 'cross-site' })).toBe('cross-site');
  await world.advance(3_600_000 + 31_000);
  expect(await reasonOf(bearer(token))).toBe('token-expired');
});

test('a changed visibility and an erasure are lines with an event, and what is left to do then is no fault', async () => {
  const dora = await signUp(world.url, 'dora');
  const { id: user } = await dora.read('/v1/me', Me);
  const visibility = () => dora.patch('/v1/me').send({ visibility: 'public' }).expect(200);
  expect(await eventAfter('visibility-changed', visibility)).toMatchObject({ visibility: 'public', severity: 'INFO' });
  expect(await eventAfter('account-erased', () => dora.delete('/v1/me').expect(202))).toMatchObject({
    user: expect.stringMatching(/^[\w-]{12}$/),
    client: '127.0.0.0/24',
  });
  const { secret } = world.cloud.endpoints;
  const trim = () =>
    request(world.url)
      .post('/tasks/trim-activity')
      .set({ 'X-Local-Cloud-Secret': secret, 'X-AppEngine-TaskRetryCount': '5', 'X-AppEngine-QueueName': 'upkeep' })
      .send({ user, before: world.clock.now() })
      .expect(200);
  const line = await lineAfter('trim-activity: ', trim);
  expect(line).toMatchObject({ severity: 'INFO', outcome: 'nothing-to-do: the account was erased' });
});
