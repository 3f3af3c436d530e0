import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { ActivityReply } from '../../src/features/activity/routes.ts';
import { Me } from '../../src/features/accounts/schemas.ts';
import { Limits } from '../../src/features/service/limits-route.ts';
import { MadeToken, TokenList } from '../../src/features/tokens/schemas.ts';
import { SCOPES } from '../../src/http/scopes.ts';
import { checked } from '../support/checked.ts';
import { countedDatastore } from '../support/counted-datastore.ts';
import { logEntry } from '../support/log-lines.ts';
import { problemOf } from '../support/replies.ts';
import { secondInstance } from '../support/second-instance.ts';
import type { TestUser } from '../support/test-user.ts';
import { startWorld } from '../support/world.ts';

const world = await startWorld();
const line = await countedDatastore(world.cloud.endpoints.datastore);
const there = await secondInstance(world, { datastore: line.endpoint });

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const ask = { name: 'Backup script', scopes: ['read', 'upload'] };

const make = async (user: TestUser, body: object = ask) =>
  checked(MadeToken, (await user.post('/v1/tokens').send(body).expect(201)).body);

const listOf = async (user: TestUser) => (await user.read('/v1/tokens', TokenList)).items;

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

/** The status of a request with a personal token, and the code of its problem. */
async function statusOf(token: string, path = '/v1/timeline', url = world.url) {
  const { status, body } = await request(url).get(path).set(bearer(token));
  return status < 400 ? status : `${status} ${(body as { code: string }).code}`;
}

describe('a personal token', () => {
  test('a token is shown in its 201 and in the replay alone, and only its hash is stored', async () => {
    const ana = await world.user();
    const key = { 'Idempotency-Key': 'a token' };
    const logged = world.logged('"event":"token-made"');
    const reply = await ana.post('/v1/tokens').set(key).send(ask).expect(201);
    const { token, ...made } = checked(MadeToken, reply.body);
    const now = world.clock.now();
    const expiresAt = new Date(now + 366 * DAY).toISOString();
    const createdAt = new Date(now).toISOString();
    expect(made).toEqual({ id: made.id, ...ask, createdAt, expiresAt, lastUsedAt: null });
    expect(token).toMatch(/^pt_[\w-]{59}$/);
    expect(reply.get('Cache-Control')).toBe('no-store');
    const replay = await ana.post('/v1/tokens').set(key).send(ask).expect(201);
    expect([replay.body, replay.get('Idempotent-Replayed')]).toEqual([reply.body, 'true']);
    const other = await ana
      .post('/v1/tokens')
      .set(key)
      .send({ ...ask, name: 'Other' })
      .expect(422);
    expect(problemOf(other).code).toBe('idempotency-mismatch');

    expect(await listOf(ana)).toEqual([made]);
    const stored = await world.datastore
      .createQuery()
      .hasAncestor(world.datastore.key(['User', (await me(ana)).id]))
      .run();
    const line = await logged;
    for (const text of [JSON.stringify(stored), line, JSON.stringify(await listOf(ana))]) {
      expect(text).toContain(made.id);
      expect(text).not.toContain(token.slice(35));
    }
    expect(logEntry(line)).toMatchObject({ severity: 'INFO', scopes: ask.scopes });
    expect((await ana.read('/v1/me/activity', ActivityReply)).items[0]).toMatchObject({ kind: 'token-made' });
    await ana.delete(`/v1/tokens/${made.id}`).expect(204);
    expect(problemOf(await ana.post('/v1/tokens').set(key).send(ask).expect(410)).code).toBe('gone');
  });

  test('a token opens what its scopes name, and a refusal says which scope is wanted', async () => {
    const ana = await world.user();
    const { token } = await make(ana);
    const as = (test: request.Test) => test.set(bearer(token));
    expect((await as(request(world.url).get('/v1/me')).expect(200)).body).toMatchObject({ handle: ana.name });
    const edit = await as(request(world.url).patch('/v1/photos/a000000000000000')).send({ caption: 'x' }).expect(403);
    expect(problemOf(edit)).toMatchObject({ code: 'scope-missing', scope: 'edit', scopes: ask.scopes });
    expect(edit.get('WWW-Authenticate')).toBe('Bearer error="insufficient_scope", scope="edit"');
    // A page of another site cannot send it, so no origin is asked for.
    const check = as(request(world.url).post('/v1/photos/check')).set('Sec-Fetch-Site', 'cross-site');
    await check.send({ sha256: ['ab'.repeat(32)] }).expect(200);
  });

  test('a token with every scope makes no tokens and no sessions, and does not erase the account', async () => {
    const ana = await world.user();
    const { token, id } = await make(ana, { name: 'All', scopes: [...SCOPES].reverse() });
    const calls: [string, string, object?][] = [
      ['post', '/v1/tokens', ask],
      ['get', '/v1/tokens'],
      ['delete', `/v1/tokens/${id}`],
      ['delete', '/v1/me'],
      ['patch', '/v1/me', { visibility: 'public' }],
      ['delete', '/v1/sessions'],
    ];
    for (const [method, path, body] of calls) {
      const reply = await request(world.url)[method as 'post'](path).set(bearer(token)).send(body);
      expect([path, reply.status, problemOf(reply).code]).toEqual([path, 403, 'scope-missing']);
    }
    const session = await request(world.url).post('/v1/session').send({ token }).expect(401);
    expect(session.get('Set-Cookie')).toBeUndefined();
    expect(await listOf(ana)).toMatchObject([{ id, scopes: SCOPES }]);
  });

  test('a revoked token is refused in the next request of every instance, and stays revoked', async () => {
    const ana = await world.user();
    const { token, id } = await make(ana);
    expect(await Promise.all([statusOf(token), statusOf(token, '/v1/me', there)])).toEqual([200, 200]);
    const revoked = ana.delete(`/v1/tokens/${id}`).expect(204);
    await Promise.all([revoked, ...Array.from({ length: 4 }, () => statusOf(token, '/v1/me', there))]);
    const refused = [await statusOf(token), await statusOf(token, '/v1/me', there)];
    expect(refused).toEqual(['401 unauthenticated', '401 unauthenticated']);
    expect(await listOf(ana)).toEqual([]);
    for (const gone of [id, 'a000000000000000', 'x']) await ana.delete(`/v1/tokens/${gone}`).expect(404);
    expect((await ana.read('/v1/me/activity', ActivityReply)).items[0]).toMatchObject({ kind: 'token-revoked' });
  });

  test('a token ends at its time, which lies within 366 days', async () => {
    const ana = await world.user();
    const at = (ms: number) => new Date(world.clock.now() + ms).toISOString();
    const { token } = await make(ana, { ...ask, expiresAt: at(HOUR) });
    for (const expiresAt of [at(0), at(-HOUR), at(366 * DAY + 1), '2026-13-01T00:00:00Z', 'tomorrow']) {
      const refused = await ana
        .post('/v1/tokens')
        .send({ ...ask, expiresAt })
        .expect(400);
      expect(problemOf(refused)).toMatchObject({ errors: [{ pointer: '/expiresAt' }] });
    }
    await world.advance(HOUR - 1);
    expect(await statusOf(token)).toBe(200);
    await world.advance(1);
    expect(await statusOf(token)).toBe('401 unauthenticated');
  });

  test.each([
    [{}, '/name'],
    [{ ...ask, name: ' \u202e ' }, '/name'],
    [{ ...ask, name: 'x'.repeat(101) }, '/name'],
    [{ ...ask, scopes: [] }, '/scopes'],
    [{ ...ask, scopes: ['admin'] }, '/scopes/0'],
    [{ ...ask, user: 'ben' }, '/user'],
  ])('a request for a token such as %j is refused at %s', async (body, pointer) => {
    const refused = await (await world.user('ida')).post('/v1/tokens').send(body).expect(400);
    expect(problemOf(refused)).toMatchObject({
      errors: expect.arrayContaining([expect.objectContaining({ pointer })]),
    });
  });

  test('an account has as many tokens as the limits say, also when more are asked for at once', async () => {
    const ana = await world.user();
    const { maxTokens, maxTokenSeconds } = checked(Limits, (await request(world.url).get('/v1/limits')).body);
    expect(maxTokenSeconds).toBe((366 * DAY) / 1000);
    const expiresAt = new Date(world.clock.now() + HOUR).toISOString();
    const short = await make(ana, { ...ask, expiresAt });
    for (let count = 1; count < maxTokens - 2; count++) await make(ana);
    const replies = await Promise.all(Array.from({ length: 5 }, () => ana.post('/v1/tokens').send(ask)));
    const statuses = Map.groupBy(replies, ({ status }) => status);
    expect([statuses.get(201)?.length, statuses.get(429)?.length]).toEqual([2, 3]);
    const refused = replies.find(({ status }) => status === 429);
    expect(refused && problemOf(refused)).toMatchObject({ code: 'too-many-tokens', maxTokens });
    expect(Number(refused?.get('Retry-After'))).toBe(HOUR / 1000);
    await world.advance(HOUR);
    await make(ana);
    const ids = (await listOf(ana)).map(({ id }) => id);
    expect(ids).toHaveLength(maxTokens);
    expect(ids).not.toContain(short.id);
  });

  test('a forged token costs no lookup, a good one costs one, and its use is recorded once a day', async () => {
    const ana = await world.user();
    const { token } = await make(ana);
    const costOf = async (text: string) => {
      line.taken();
      await request(there).get('/v1/uploads/x').set(bearer(text));
      return line.taken();
    };
    const forged = token.slice(0, -5) + (token.endsWith('AAAAA') ? 'BBBBB' : 'AAAAA');
    for (const text of [forged, 'pt_', `${token}x`, token.slice(0, 40)]) {
      expect(await costOf(text)).toEqual({ calls: [], reads: 0, writes: 0, deletes: 0 });
    }
    // An ID token does not last a day.
    const used = async () => (await listOf(await world.user(ana.name)))[0]?.lastUsedAt ?? '';
    expect(await costOf(token)).toMatchObject({ calls: ['Lookup', 'Commit'], reads: 2, writes: 1 });
    const first = await used();
    expect(Date.parse(first)).toBe(world.clock.now());
    await world.advance(DAY - 1);
    expect(await costOf(token)).toEqual({ calls: ['Lookup'], reads: 2, writes: 0, deletes: 0 });
    expect(await used()).toBe(first);
    await world.advance(1);
    expect((await costOf(token)).writes).toBe(1);
    expect(await used()).toBe(new Date(world.clock.now()).toISOString());
  });

  test('a token and its replay outlive a change of the signing key, as long as the old key is kept', async () => {
    const ana = await world.user();
    const key = { 'Idempotency-Key': 'before the change' };
    const { token } = checked(MadeToken, (await ana.post('/v1/tokens').set(key).send(ask).expect(201)).body);
    const { datastore } = world;
    const secret = datastore.key(['Secret', 'signing']);
    const [{ value: old }] = (await datastore.get(secret)) as [{ value: string }];
    const instanceWith = async (value: string) => {
      await datastore.save({ key: secret, data: { value }, excludeFromIndexes: ['value'] });
      return secondInstance(world);
    };
    const fresh = 'a fresh secret of more than 32 characters';
    const [both, without] = [await instanceWith(`${fresh},${old}`), await instanceWith(fresh)];
    await datastore.save({ key: secret, data: { value: old }, excludeFromIndexes: ['value'] });
    expect(await statusOf(token, '/v1/me', both)).toBe(200);
    const again = (url: string) =>
      request(url)
        .post('/v1/tokens')
        .set({ ...key, ...bearer(ana.token) })
        .send(ask);
    expect(checked(MadeToken, (await again(both).expect(201)).body).token).toBe(token);
    expect(await statusOf(token, '/v1/me', without)).toBe('401 unauthenticated');
    expect(problemOf(await again(without).expect(410)).code).toBe('gone');
  });

  test('the tokens of an erased account are answered 410, and nothing of them is left', async () => {
    const ana = await world.user();
    const { id: user } = await me(ana);
    const { token } = await make(ana);
    await ana.delete('/v1/me').expect(202);
    expect(await statusOf(token)).toBe('410 account-erased');
    await world.drain();
    expect(await statusOf(token)).toBe('410 account-erased');
    const root = world.datastore.key(['User', user]);
    for (const kind of ['PersonalToken', 'PersonalTokenList']) {
      expect((await world.datastore.createQuery(kind).hasAncestor(root).run())[0]).toEqual([]);
    }
  });
});

const me = (user: TestUser) => user.read('/v1/me', Me);
