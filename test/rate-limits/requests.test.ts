import request from 'supertest';
import { expect, test } from 'vitest';
import { Limits } from '../../src/features/service/limits-route.ts';
import { checked } from '../support/checked.ts';
import { problemOf } from '../support/replies.ts';
import { secondInstance } from '../support/second-instance.ts';
import { startWorld } from '../support/world.ts';
import { countOf, send } from './send.ts';

const world = await startWorld({ env: { RATE_LIMITS: 'api=20/40' } });

test('a user has a burst and then a rate; Retry-After is true, and another user is not touched', async () => {
  const [ana, ben] = [await world.user(), await world.user()];
  const replies = await send(60, () => ana.get('/v1/me'));
  expect(countOf(replies, 200)).toBe(40);
  const refused = replies.at(-1)!;
  expect(problemOf(refused)).toMatchObject({
    code: 'rate-limited',
    retryable: true,
    limit: { name: 'api', quota: 40, unit: 'requests', windowSeconds: 2 },
  });
  expect(refused.headers).toMatchObject({
    'retry-after': '1',
    ratelimit: '"api";r=0;t=1',
    'ratelimit-policy': '"api";q=40;w=2',
    'cache-control': 'no-store',
  });
  await ben.get('/v1/me').expect(200).expect('ratelimit', '"api";r=39;t=1');

  await world.advance(Number(refused.headers['retry-after']) * 1000);
  expect(countOf(await send(21, () => ana.get('/v1/me')), 200)).toBe(20);
});

test('the limit stands on normal replies, on 304 and on errors, and leaves tag and body as they are', async () => {
  const ana = await world.user();
  const first = await ana.get('/v1/timeline').expect(200).expect('ratelimit', '"api";r=39;t=1');
  const again = await ana.get('/v1/timeline').expect(200).expect('ratelimit', '"api";r=38;t=1');
  expect([again.headers['etag'], again.body]).toEqual([first.headers['etag'], first.body]);
  const unchanged = await ana.get('/v1/timeline').set('If-None-Match', String(first.headers['etag'])).expect(304);
  expect(unchanged.headers).toMatchObject({ ratelimit: '"api";r=37;t=1', 'ratelimit-policy': '"api";q=40;w=2' });
  await ana.get('/v1/photos/0000000000000000').expect(404).expect('ratelimit', '"api";r=36;t=1');
});

test('a request is refused before its body is read', async () => {
  const ana = await world.user();
  await send(40, () => ana.get('/v1/me'));
  const refused = await ana
    .post('/v1/photos/check')
    .set('Content-Type', 'application/json')
    .send('{"sha256": no JSON')
    .expect(429);
  expect(problemOf(refused).code).toBe('rate-limited');
});

test('a browser is told in words', async () => {
  const ana = await world.user();
  await send(40, () => ana.get('/'));
  const page = await ana
    .get('/')
    .set('Accept', 'text/html')
    .expect(429)
    .expect('content-type', /^text\/html/);
  expect(page.text).toContain('You have sent too many requests. Try again after 1 s.');
  expect(page.headers['retry-after']).toBe('1');
});

test('in the local profile no address counts', async () => {
  const replies = await send(60, () => request(world.url).get('/v1/limits').set('Authorization', 'Bearer forged'));
  expect(countOf(replies, 200)).toBe(60);
  expect(replies[0]?.headers).not.toHaveProperty('ratelimit');
  expect(
    countOf(await send(60, () => request(world.url).get('/v1/me').set('Authorization', 'Bearer forged')), 401),
  ).toBe(60);
});

test('off counts nothing and says nothing', async () => {
  const url = await secondInstance(world, {}, { RATE_LIMITS: 'off' });
  const ana = await world.user();
  const asAna = () => request(url).get('/v1/me').set('Authorization', `Bearer ${ana.token}`);
  const replies = await send(60, asAna);
  expect(countOf(replies, 200)).toBe(60);
  expect(replies[0]?.headers).not.toHaveProperty('ratelimit');
  const { rateLimits } = checked(Limits, (await request(url).get('/v1/limits').expect(200)).body);
  expect(rateLimits.map(({ name }) => name)).toEqual(['open-uploads', 'storage']);
});

test('GET /v1/limits states the limits of users', async () => {
  const { body } = await request(world.url).get('/v1/limits').expect(200);
  const counted = { scope: 'instance', per: ['user'] };
  const stored = { scope: 'user', per: ['user'] };
  expect(body.rateLimits).toEqual([
    { name: 'api', quota: 40, unit: 'requests', windowSeconds: 2, rate: { perSecond: 20, burst: 40 }, ...counted },
    {
      name: 'pictures',
      quota: 2000,
      unit: 'requests',
      windowSeconds: 10,
      rate: { perSecond: 200, burst: 2000 },
      ...counted,
    },
    { name: 'uploads', quota: 8, unit: 'concurrent-requests', ...counted },
    { name: 'open-uploads', quota: 200, unit: 'concurrent-requests', ...stored },
    { name: 'storage', quota: 16_106_127_360, unit: 'content-bytes', ...stored },
  ]);
});

test('refusals are counted for the operator', async () => {
  const ana = await world.user();
  const before = await refusals();
  await send(42, () => ana.get('/v1/me'));
  expect(await refusals()).toBe(before + 2);
});

async function refusals(): Promise<number> {
  const { text } = await request(world.url).get('/metrics').expect(200);
  return Number(/^photo_timeline_rate_limited_total\{limit="api"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}
