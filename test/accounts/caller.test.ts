import request from 'supertest';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { accountMemory } from '../../src/features/accounts/account.ts';
import { callerOf } from '../../src/features/accounts/caller.ts';
import { noteErasure } from '../../src/features/accounts/erased-identities.ts';
import { accountRoutes } from '../../src/features/accounts/routes.ts';
import { trustedIssuers, type TrustedIssuer } from '../../src/features/accounts/trusted-issuers.ts';
import { createTokenVerifier } from '../../src/features/accounts/verify-token.ts';
import type { UserId } from '../../src/runtime/ids.ts';
import { createStore } from '../../src/data/read/store.ts';
import { LocalToken } from '../../src/features/accounts/local-routes.ts';
import { checked } from '../support/checked.ts';
import { problemOf } from '../support/replies.ts';
import { openFrontDoor, type FrontDoor, type Instance } from './front-door.ts';
import { signToken, startTestIssuer, type TestKey } from './test-issuer.ts';

let door: FrontDoor;
let here: Instance;

beforeAll(async () => {
  door = await openFrontDoor();
  here = await door.instance();
});

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

describe('a caller', () => {
  test('a caller is known by a bearer token, from any page and for any method', async () => {
    const { token } = await door.cloud.mintToken('ana');
    const headers = { ...bearer(token), 'Sec-Fetch-Site': 'cross-site' };
    expect((await request(here.url).post('/who').set(headers)).text).toBe('ana');
    expect((await request(here.url).get('/who').set('Authorization', `bearer   ${token} `)).text).toBe('ana');
  });

  test('a request without credentials has no caller, and is told how to sign in', async () => {
    expect((await request(here.url).get('/who')).text).toBe('no caller');
    const reply = await request(here.url).get('/v1/me').expect(401);
    expect(problemOf(reply)).toMatchObject({ code: 'unauthenticated' });
    expect(reply.get('WWW-Authenticate')).toBe('Bearer');
  });

  test('an invalid token is refused, even on a public route', async () => {
    const { token } = await door.cloud.mintToken('ana');
    for (const bad of ['', 'x', `${token}x`, token.slice(0, -6)]) {
      const reply = await request(here.url).get('/who').set(bearer(bad)).expect(401);
      expect(reply.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"');
    }
  });

  test('a scheme other than Bearer identifies no caller', async () => {
    expect((await request(here.url).get('/who').set('Authorization', 'Basic YTpi')).text).toBe('no caller');
  });

  test('an assertion of a proxy that is not configured identifies no caller', async () => {
    const { token } = await door.cloud.mintToken('ana');
    expect((await request(here.url).get('/who').set('X-Goog-IAP-JWT-Assertion', token)).text).toBe('no caller');
  });

  test('a token of the stand-in issuer identifies no caller where real issuers are configured', async () => {
    const { token } = await door.cloud.mintToken('ana');
    const real = await door.instance({ identity: { kind: 'issuers', issuers: [{ kind: 'firebase', project: 'p' }] } });
    await request(real.url).get('/who').set(bearer(token)).expect(401);
    await request(real.url).post('/local/token').send({ name: 'ana' }).expect(404);
    await request(real.url).post('/signin').type('form').send({ name: 'ana' }).expect(404);
  });
});

describe('an assertion of the proxy', () => {
  const header = 'X-Goog-IAP-JWT-Assertion';

  /** An instance behind a proxy whose keys the test holds. */
  async function behindProxy() {
    const proxy = await startTestIssuer();
    onTestFinished(() => proxy.stop());
    const [described] = trustedIssuers({ kind: 'issuers', issuers: [{ kind: 'iap', audience: '/projects/1' }] });
    const issuer = { ...(described as TrustedIssuer), jwksUri: `${proxy.url}/jwks` };
    const tokenVerifier = createTokenVerifier(door, [issuer]);
    const deps = { ...door, accountMemory: accountMemory(door), tokenVerifier, https: false };
    const store = createStore(door.datastore);
    const routes = accountRoutes({ ...deps, store, limits: { quotaBytes: 1000 }, addressOf: () => undefined });
    const url = await door.serve({ routes, callerOf: (request) => callerOf(deps, request) });
    const seconds = door.clock.now() / 1000;
    const claims = { iss: issuer.name, aud: '/projects/1', sub: 'accounts.google.com:7', iat: seconds };
    const forget = () => deps.accountMemory.byIdentity.clear();
    return { url, forget, assertion: await signToken(proxy.keys[0] as TestKey, { ...claims, exp: seconds + 600 }) };
  }

  test('an assertion of the proxy makes its user known, but not as a bearer token', async () => {
    const { url, assertion } = await behindProxy();
    expect((await request(url).get('/who').set(header, assertion)).text).toMatch(/^user-/);
    await request(url).get('/who').set(bearer(assertion)).expect(401);
  });

  test('an assertion of the proxy lets a write through from our own pages alone, since browsers send it along', async () => {
    const { url, assertion } = await behindProxy();
    const write = (site: string) =>
      request(url)
        .post('/who')
        .set({ [header]: assertion, 'Sec-Fetch-Site': site });
    expect((await write('same-origin')).text).toMatch(/^user-/);
    await write('cross-site').expect(403);
  });

  test('an assertion for an erased account begins a new account by a sign-in only', async () => {
    const { url, assertion, forget } = await behindProxy();
    const asserted = { [header]: assertion };
    const { body: me } = await request(url).get('/v1/me').set(asserted).expect(200);
    await noteErasure({ ...door, store: createStore(door.datastore) }, me.id as UserId);
    await door.datastore.delete(door.datastore.key(['User', me.id as string]));

    forget();
    expect(problemOf(await request(url).get('/who').set(asserted).expect(410)).code).toBe('account-erased');
    await request(url).post('/v1/session').send({}).expect(400);
    await request(url).post('/v1/session').set(asserted).send({}).expect(201);
    expect((await request(url).get('/v1/me').set(asserted).expect(200)).body.id).not.toBe(me.id);
  });

  test('an assertion with a foreign signature is refused', async () => {
    const { url } = await behindProxy();
    await request(url)
      .get('/who')
      .set(header, (await door.cloud.mintToken('ana')).token)
      .expect(401);
  });
});

describe('an account', () => {
  test('an account exists from its first local token on, under its name', async () => {
    const reply = await request(here.url).post('/local/token').send({ name: 'poobyj' }).expect(200);
    expect(reply.body).toEqual({ token: expect.any(String), expiresIn: 3600 });
    expect(reply.get('Cache-Control')).toBe('no-store');
    const account = await here.accounts.find('poobyj');
    expect(account).toEqual(await here.accounts.accountOfName('poobyj'));
    const me = await request(here.url)
      .get('/v1/me')
      .set(bearer(checked(LocalToken, reply.body).token))
      .expect(200);
    expect(me.body).toEqual({
      id: account?.user,
      handle: 'poobyj',
      displayName: '',
      timeZone: 'UTC',
      visibility: 'private',
      mail: { summary: false, posts: false, memories: false, address: 'poobyj@localhost' },
      revision: 1,
      createdAt: new Date(door.clock.now()).toISOString(),
      places: { complete: true },
      search: { complete: true },
      usage: { photos: 0, bytes: 0, reservedBytes: 0, quotaBytes: 1000 },
    });
    expect(me.get('ETag')).toMatch(/^"1\./);
  });

  test('a local token is refused for a name that is no handle', async () => {
    for (const name of ['Ana', '', 'a b', '__x__']) {
      const reply = await request(here.url).post('/local/token').send({ name }).expect(400);
      expect(problemOf(reply)).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/name' }] });
    }
    await expect(here.accounts.accountOfName('Ana')).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('the page without script', () => {
  test('the page without script signs in and out by forms', async () => {
    const entered = await request(here.url).post('/signin').type('form').send({ name: ' ana ' }).expect(303);
    expect(entered.get('Location')).toBe('/');
    const Cookie = entered.get('Set-Cookie')?.[0]?.split(';')[0] ?? '';
    expect((await request(here.url).get('/who').set({ Cookie })).text).toBe('ana');
    const left = await request(here.url).post('/signout').set({ Cookie, Origin: here.url }).expect(303);
    expect(left.get('Location')).toBe('/');
    expect((await request(here.url).get('/who').set({ Cookie })).text).toBe('no caller');
  });

  test('the page without script says what a name must be', async () => {
    const reply = await request(here.url).post('/signin').type('form').send({ name: 'no/handle' }).expect(400);
    expect(reply.body).toMatchObject({ detail: expect.stringContaining('A handle is 1 to 30 characters') });
    await request(here.url).post('/signin').type('form').expect(400);
  });

  test('the page without script sends small forms and nothing else', async () => {
    await request(here.url).post('/signin').send({ name: 'ana' }).expect(415);
    await request(here.url)
      .post('/signin')
      .type('form')
      .send({ name: 'x'.repeat(5000) })
      .expect(413);
  });
});
