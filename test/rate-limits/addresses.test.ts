import request, { type Test } from 'supertest';
import { expect, test } from 'vitest';
import { Limits } from '../../src/features/service/limits-route.ts';
import { checked } from '../support/checked.ts';
import { googleInstance } from '../support/google-instance.ts';
import { problemOf } from '../support/replies.ts';
import { startWorld } from '../support/world.ts';
import { countOf, from, send } from './send.ts';

const HOUR = 3_600_000;

const world = await startWorld();
/** It believes App Engine's front end, so that a test can choose where requests come from. */
const url = await googleInstance(world, { GAE_ENV: 'standard', RATE_LIMITS: 'api=1/20,sign-ins=1/5' });
const tokenFor = async (name: string) => (await world.cloud.mintToken(name)).token;

let networks = 0;
/** An address that no other test uses. */
const newAddress = () => `203.0.${++networks}.7`;

const ask = (address: string, path = '/v1/limits'): Test => request(url).get(path).set(from(address));

test('requests without a sign-in count by address, also those of paths that do not exist', async () => {
  const address = newAddress();
  const replies = await send(15, () => ask(address));
  expect(countOf(replies, 200)).toBe(15);
  expect(replies[14]?.headers).toMatchObject({ ratelimit: '"api";r=5;t=15', 'ratelimit-policy': '"api";q=20;w=20' });
  expect(countOf(await send(5, () => ask(address, '/wp-login.php')), 404)).toBe(5);
  for (const path of ['/v1/limits', '/wp-login.php', '/', '/v1/me', '/user/ana/json/']) {
    const refused = await ask(address, path).expect(429);
    expect([problemOf(refused).code, refused.headers['retry-after']]).toEqual(['rate-limited', '1']);
  }
  await ask(newAddress()).expect(200);
  await world.advance(1000);
  await ask(address).expect(200);
});

test('a valid sign-in counts for its user, wherever it comes from, on public routes as well', async () => {
  const address = newAddress();
  await send(20, () => ask(address));
  const token = await tokenFor('ana');
  const asAna = (path: string) => ask(address, path).set('Authorization', `Bearer ${token}`);
  await asAna('/v1/me').expect(200).expect('ratelimit', '"api";r=19;t=1');
  await asAna('/v1/limits').expect(200).expect('ratelimit', '"api";r=18;t=2');
  await ask(address).expect(429);
  // From other addresses the user has no more.
  const replies = await send(20, () => asAna('/v1/me').set(from(newAddress())));
  expect(countOf(replies, 200)).toBe(18);
});

test('an IPv6 client counts by its /64, and IPv4 in IPv6 as IPv4', async () => {
  let host = 0;
  const replies = await send(21, () => ask(`2001:db8:0:1:${(++host).toString(16)}::1`));
  expect(countOf(replies, 200)).toBe(20);
  await ask('2001:db8:0:2::1').expect(200);
  const address = newAddress();
  await send(20, () => ask(address));
  await ask(`::ffff:${address}`).expect(429);
});

test('forged tokens meet 429 soon, and cost nothing of what the address may ask otherwise', async () => {
  const address = newAddress();
  const forged = () => ask(address, '/v1/me').set('Authorization', 'Bearer forged');
  const replies = await send(12, forged);
  expect([countOf(replies, 401), countOf(replies, 429)]).toEqual([5, 7]);
  const { headers } = replies.at(-1)!;
  expect(headers).toMatchObject({ ratelimit: '"sign-ins";r=0;t=1', 'retry-after': '1' });
  await request(url).post('/v1/session').set(from(address)).send({ token: 'forged' }).expect(429);
  await world.advance(1000);
  await forged().expect(401);
});

test('a sign-in by a form that fails is counted too', async () => {
  const address = newAddress();
  const signIn = () => request(url).post('/v1/session').set(from(address)).send({ token: 'forged' });
  const replies = await send(7, signIn);
  expect([countOf(replies, 401), countOf(replies, 429)]).toEqual([5, 2]);
});

test('ten new accounts an hour come from one address; the eleventh is refused before anything is written', async () => {
  const address = newAddress();
  const signUp = async (name: string, path = '/v1/me') => {
    const headers = { ...from(address), Authorization: `Bearer ${await tokenFor(name)}` };
    return request(url).get(path).set(headers);
  };
  let names = 0;
  const newcomers = await send(14, () => signUp(`newcomer-${++names}`));
  expect([countOf(newcomers, 200), countOf(newcomers, 429)]).toEqual([10, 4]);
  expect(newcomers.at(-1)).toMatchObject({
    body: { code: 'rate-limited', limit: { name: 'accounts', quota: 10, windowSeconds: 3600 } },
    headers: { 'retry-after': '3600', 'ratelimit-policy': '"accounts";q=10;w=3600' },
  });
  const isTaken = async (handle: string) =>
    (await world.datastore.get(world.datastore.key(['Handle', handle])))[0] !== undefined;
  expect([await isTaken('newcomer-10'), await isTaken('newcomer-11')]).toEqual([true, false]);

  // Those who have an account come in, by session too; the page's sign-in of a new one is refused as well.
  expect((await signUp('newcomer-1')).status).toBe(200);
  const session = async (name: string) =>
    request(url)
      .post('/v1/session')
      .set(from(address))
      .send({ token: await tokenFor(name) });
  expect((await session('newcomer-2')).status).toBe(201);
  expect((await session('newcomer-15')).status).toBe(429);

  await world.advance(HOUR);
  expect((await signUp('newcomer-11')).status).toBe(200);
});

test('health, readiness and static files do not count', async () => {
  const address = newAddress();
  for (const path of ['/healthz', '/readyz', '/favicon.ico']) {
    const replies = await send(25, () => ask(address, path));
    expect([countOf(replies, 429), replies[0]?.headers['ratelimit']]).toEqual([0, undefined]);
  }
});

test('GET /v1/limits states the limits of addresses', async () => {
  const { rateLimits } = checked(Limits, (await ask(newAddress()).expect(200)).body);
  const of = (wanted: string) => rateLimits.find(({ name }) => name === wanted);
  expect(of('api')).toMatchObject({ quota: 20, scope: 'instance', per: ['user', 'address'] });
  expect(of('accounts')).toEqual({
    name: 'accounts',
    quota: 10,
    unit: 'requests',
    windowSeconds: 3600,
    scope: 'instance',
    per: ['address'],
  });
  expect(of('sign-ins')).toMatchObject({ rate: { perSecond: 1, burst: 5 }, per: ['address'] });
});

test('away from App Engine no header names the address', async () => {
  const elsewhere = await googleInstance(world, { RATE_LIMITS: 'api=1/3' });
  const replies = await send(5, () =>
    request(elsewhere)
      .get('/v1/limits')
      .set({ ...from(newAddress()), 'X-Forwarded-For': newAddress() }),
  );
  expect([countOf(replies, 200), countOf(replies, 429)]).toEqual([3, 2]);
});

test('on App Engine X-Forwarded-For does not name it either', async () => {
  const address = newAddress();
  const replies = await send(22, () => ask(address).set('X-Forwarded-For', newAddress()));
  expect(countOf(replies, 200)).toBe(20);
});

test('tasks and cron do not count, whatever their address has used up', async () => {
  const elsewhere = await googleInstance(world, { RATE_LIMITS: 'api=0.001/1' });
  await send(2, () => request(elsewhere).get('/v1/limits'));
  await request(elsewhere).get('/cron/sweep-outbox').expect(429);
  await world.cloud.appIsAt(elsewhere);
  for (let run = 0; run < 3; run++) expect(await world.cloud.runCron('/cron/sweep-outbox')).toBe(200);
  await world.cloud.appIsAt(world.appUrl);
});
