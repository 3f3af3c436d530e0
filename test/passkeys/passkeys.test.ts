import request from 'supertest';
import { describe, expect, test } from 'vitest';
import { makePairingCode } from '../../src/features/pairing/pairing-codes.ts';
import { visitor, type Visitor } from '../sign-in/people.ts';
import { secondInstance } from '../support/second-instance.ts';
import { startWorld } from '../support/world.ts';
import { authenticator, type Deviation } from './authenticator.ts';

const world = await startWorld();
const url = (await secondInstance(world, {}, { IDENTITY: 'pairing' })).replace('127.0.0.1', 'localhost');

async function paired(name: string): Promise<Visitor> {
  const at = visitor(url);
  const { code } = await makePairingCode(world);
  expect((await at.post('/pair', { code, name })).status).toBe(303);
  return at;
}

const optionsOf = async (at: Visitor, path = '/v1/passkeys/options') =>
  (await at.send(path)).body as { challenge: string; user: { id: string } };
const challengeOf = (at: Visitor) => optionsOf(at, '/v1/session/passkey/options');
const passkeys = async (at: Visitor) => ((await at.get('/v1/passkeys')).body as { items: { id: string }[] }).items;

/** A new account with a passkey. */
async function withPasskey(name: string) {
  const at = await paired(name);
  const key = authenticator(url);
  expect((await at.send('/v1/passkeys', key.create(await optionsOf(at)))).status).toBe(201);
  return { at, key };
}

describe('a passkey', () => {
  test('a passkey signs in to its account, and its answer counts once', async () => {
    const { key } = await withPasskey('ana');
    const phone = visitor(url);
    const answer = key.get(await challengeOf(phone));
    expect((await phone.send('/v1/session/passkey', answer)).status).toBe(204);
    expect((await phone.get('/v1/me')).body).toMatchObject({ handle: 'ana' });
    const again = await visitor(url).send('/v1/session/passkey', answer);
    expect([again.status, again.body]).toEqual([403, expect.objectContaining({ code: 'passkey-refused' })]);
  });

  test('a challenge counts for its purpose, its person and five minutes alone', async () => {
    const { at, key } = await withPasskey('bea');
    const other = await paired('cleo');
    const forBea = await optionsOf(at);
    expect((await at.send('/v1/session/passkey', key.get(forBea))).status).toBe(403);
    expect((await other.send('/v1/passkeys', authenticator(url).create(await optionsOf(at)))).status).toBe(403);
    expect((await other.send('/v1/passkeys', authenticator(url).create({ ...forBea, challenge: 'abc' }))).status).toBe(
      403,
    );
    const late = key.get(await challengeOf(at));
    await world.advance(5 * 60_000);
    expect((await at.send('/v1/session/passkey', late)).status).toBe(403);
    expect(await passkeys(other)).toEqual([]);
  });

  test.each<[string, Deviation]>([
    ['of another origin', { origin: 'https://evil.example' }],
    ['for another site', { rpId: 'evil.example' }],
    ['without finger or PIN', { verified: false }],
  ])('an answer %s neither adds a passkey nor signs in', async (_what, deviation) => {
    const { at, key } = await withPasskey(`dan-${Object.keys(deviation).join('')}`.toLowerCase());
    const made = authenticator(url).create(await optionsOf(at), deviation);
    expect((await at.send('/v1/passkeys', made)).status).toBe(403);
    expect((await at.send('/v1/session/passkey', key.get(await challengeOf(at), deviation))).status).toBe(403);
    expect(await passkeys(at)).toHaveLength(1);
  });

  test('a counter that falls back is refused, and so is the key of another authenticator', async () => {
    const { at, key } = await withPasskey('eve');
    expect((await at.send('/v1/session/passkey', key.get(await challengeOf(at), { counter: 5 }))).status).toBe(204);
    expect((await at.send('/v1/session/passkey', key.get(await challengeOf(at), { counter: 5 }))).status).toBe(403);
    const foreign = authenticator(url);
    foreign.create(await optionsOf(at));
    expect((await visitor(url).send('/v1/session/passkey', foreign.get(await challengeOf(at)))).status).toBe(403);
  });

  test('a passkey is added after a fresh sign-in only, and removed by its owner alone', async () => {
    const { at } = await withPasskey('fay');
    const [{ id } = { id: '' }] = await passkeys(at);
    const other = await paired('gus');
    const remove = (by: Visitor) => by.post('/settings', { act: 'remove-passkey', passkey: id });
    expect((await remove(other)).status).toBe(404);
    await world.advance(16 * 60_000);
    const old = await at.send('/v1/passkeys/options');
    expect(old.body).toMatchObject({ code: 'fresh-sign-in-required' });
    expect((await remove(at)).headers['location']).toBe('/settings?notice=passkey-removed');
    expect(await passkeys(at)).toEqual([]);
  });

  test('an erased account takes its passkeys with it', async () => {
    const { at, key } = await withPasskey('hal');
    const { id } = (await at.get('/v1/me')).body as { id: string };
    const users = async () => {
      const [entities] = await world.datastore.runQuery(world.datastore.createQuery('Passkey').select('__key__'));
      return entities.map((entity) => (entity[world.datastore.KEY] as { parent: { name: string } }).parent.name);
    };
    await world.advance(20_000);
    expect(await users()).toContain(id);
    const fresh = visitor(url);
    expect((await fresh.send('/v1/session/passkey', key.get(await challengeOf(fresh)))).status).toBe(204);
    await fresh.post('/settings', { act: 'delete-account' });
    expect((await visitor(url).send('/v1/session/passkey', key.get(await challengeOf(at)))).status).toBe(403);
    await world.advance(20_000);
    expect(await users()).not.toContain(id);
  });
});

describe('callers of the routes of passkeys', () => {
  const ROUTES = [
    ['get', '/v1/passkeys'],
    ['post', '/v1/passkeys/options'],
    ['post', '/v1/passkeys'],
    ['delete', `/v1/passkeys/${'0'.repeat(64)}`],
  ] as const;

  test('strangers, pages of other sites and the stand-in get nowhere, and no other identity has these routes', async () => {
    const ida = await paired('ida');
    const Cookie = `session=${ida.cookies.get('session')}`;
    const foreign = { Cookie, Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' };
    const token = (await world.user('joe')).token;
    for (const [method, path] of ROUTES) {
      const status = async (headers: Record<string, string>, at = url) => {
        const sent = request(at)[method](path).set(headers);
        return (await sent.send(method === 'post' ? {} : undefined)).status;
      };
      const seen = {
        anonymous: await status({}),
        standIn: await status({ Authorization: `Bearer ${token}` }),
        foreignPage: await status(foreign),
        local: await status({ Authorization: `Bearer ${token}` }, world.url),
      };
      // Reading changes nothing: the browser shows the reply to no other page.
      const foreignPage = method === 'get' ? 200 : 403;
      expect({ path, ...seen }).toEqual({ path, anonymous: 401, standIn: 401, foreignPage, local: 404 });
    }
    const answer = authenticator(url).get(await challengeOf(ida));
    for (const path of ['/v1/session/passkey/options', '/v1/session/passkey']) {
      const reply = await request(url).post(path).set(foreign).send(answer);
      expect(reply.body).toMatchObject({ code: 'cross-site-request' });
    }
  });

  test('a personal token can list passkeys, and neither add nor remove one', async () => {
    const kim = await paired('kim');
    const made = await kim.send('/v1/tokens', { name: 'all', scopes: ['read', 'edit', 'delete'] });
    const { token } = made.body as { token: string };
    const statuses = ROUTES.map(async ([method, path]) => {
      const sent = request(url)[method](path).set('Authorization', `Bearer ${token}`);
      return (await sent.send(method === 'post' ? {} : undefined)).status;
    });
    expect(await Promise.all(statuses)).toEqual([200, 403, 403, 403]);
  });
});
