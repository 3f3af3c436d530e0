import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { SessionList } from '../../src/features/accounts/schemas.ts';
import { LinkedIdentityList } from '../../src/features/accounts/identity-routes.ts';
import { checked } from '../support/checked.ts';
import { secondInstance } from '../support/second-instance.ts';
import { startWorld } from '../support/world.ts';
import { enterName, visitor, type Visitor } from './people.ts';

const world = await startWorld();
const standIn = world.cloud.endpoints.issuer;

/** An issuer that answers nothing but its own description, which has no authorization endpoint. */
const silent = createServer((request, response) => {
  const issuer = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const known = request.url === '/.well-known/openid-configuration';
  response.writeHead(known ? 200 : 500, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks`, token_endpoint: `${issuer}/token` }));
}).listen(0, '127.0.0.1');
await once(silent, 'listening');
const withoutEndpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
afterAll(() => void silent.close());

const GONE = 'http://127.0.0.1:9';
const issuers = [`${standIn}|photos`, `${withoutEndpoint}|photos`, `${GONE}|photos`];
const url = await secondInstance(world, {}, { IDENTITY: issuers.map((issuer) => `oidc:${issuer}`).join(',') });

const beginAt = (issuer: string, returnTo = '/') =>
  `/sign-in?${new URLSearchParams({ with: issuer, returnTo }).toString()}`;

/** Begins at the stand-in. Returns where the browser is sent. */
async function begin(at: Visitor, returnTo?: string): Promise<string> {
  const reply = await at.get(beginAt(standIn, returnTo));
  expect(reply.status).toBe(302);
  return reply.headers['location'] ?? '';
}

/** Signs a browser in. Returns where it is sent in the end. */
async function signIn(at: Visitor, name: string, returnTo?: string): Promise<string> {
  const reply = await at.get(await enterName(await begin(at, returnTo), { name }));
  expect([reply.status, reply.text]).toEqual([303, '']);
  return reply.headers['location'] ?? '';
}

describe('a sign-in at an issuer', () => {
  test('the page has a button for each issuer with an authorization endpoint, which keeps where the person was', async () => {
    const { text } = await visitor(url).get('/sign-in?returnTo=%2Ffavourites');
    expect(text).toContain(`Continue with ${new URL(standIn).host}`);
    expect(text.match(/href="\/sign-in\?with=[^"]*returnTo=%2Ffavourites"/g)).toHaveLength(2);
    expect(text).not.toContain(`Continue with ${new URL(withoutEndpoint).host}`);
    expect((await visitor(url).get('/')).text.match(/href="\/sign-in\?with=/g)).toHaveLength(2);
  });

  test('a sign-in leads back to where the person was, in a new session, and never to another host', async () => {
    const ana = visitor(url);
    expect(await signIn(ana, 'ana', '/favourites?select=all')).toBe('/favourites?select=all');
    const first = ana.cookies.get('session');
    expect((await ana.get('/favourites')).status).toBe(200);
    expect([...ana.cookies.keys()]).toEqual(['session']);
    expect(await signIn(ana, 'ana', '//evil.example/')).toBe('/');
    expect(ana.cookies.get('session')).not.toBe(first);
    const { items } = checked(SessionList, (await ana.get('/v1/sessions')).body);
    expect(items.map(({ current }) => current)).toEqual([true]);
  });

  test('a sign-in asks with PKCE, a state and a nonce of its own, and asks again who signs in again', async () => {
    const bea = visitor(url);
    const [first, second] = [new URL(await begin(bea)), new URL(await begin(bea))];
    for (const name of ['state', 'nonce', 'code_challenge']) {
      const values = [first, second].map(({ searchParams }) => searchParams.get(name));
      expect(new Set(values).size).toBe(2);
      expect(values.every((value) => value?.length === 43)).toBe(true);
    }
    expect(first.searchParams.get('code_challenge_method')).toBe('S256');
    expect(first.searchParams.get('redirect_uri')).toBe(`${url}/sign-in/callback`);
    expect(first.searchParams.get('max_age')).toBeNull();
    await signIn(bea, 'bea');
    expect(new URL(await begin(bea)).searchParams.get('max_age')).toBe('900');
  });

  test('a callback counts once, in the browser that began it, for ten minutes', async () => {
    const cleo = visitor(url);
    const callback = await enterName(await begin(cleo), { name: 'cleo' });
    const other = visitor(url);
    const stolen = await other.get(callback);
    expect([stolen.status, stolen.text]).toEqual([400, expect.stringContaining('begun in another tab')]);
    await begin(other);
    expect((await other.get(callback)).status).toBe(400);
    expect(other.cookies.has('session')).toBe(false);

    expect((await cleo.get(callback)).status).toBe(303);
    expect((await cleo.get(callback)).status).toBe(400);

    const dan = visitor(url);
    const late = await enterName(await begin(dan), { name: 'dan' });
    await world.advance(11 * 60_000);
    expect((await dan.get(late)).text).toContain('This sign-in took too long');
  });

  test('a changed attempt is none', async () => {
    const eve = visitor(url);
    const callback = await enterName(await begin(eve), { name: 'eve' });
    const [encoded = '', signature = ''] = eve.cookies.get('sign-in')?.split('.') ?? [];
    const text = Buffer.from(encoded, 'base64url').toString().replace('"returnTo":"/"', '"returnTo":"//evil.example"');
    eve.cookies.set('sign-in', `${Buffer.from(text).toString('base64url')}.${signature}`);
    expect((await eve.get(callback)).status).toBe(400);
  });

  test.each([['a person who cancels', { act: 'cancel' }, 403, 'You have not finished the sign-in']])(
    '%s is told so in words, with the button to try again',
    async (_case, fields, status, words) => {
      const fay = visitor(url);
      const reply = await fay.get(await enterName(await begin(fay, '/archive'), fields));
      expect(reply.status).toBe(status);
      expect(reply.text).toContain(words);
      expect(reply.text).toContain('returnTo=%2Farchive');
      expect(reply.text).not.toMatch(/access_denied|OAuth/i);
    },
  );

  test('an issuer that is gone, has no sign-in or is not configured is told in words', async () => {
    const told = async (issuer: string) => {
      const { status, text } = await visitor(url).get(beginAt(issuer));
      return { status, words: /role="alert">([^<]*)/.exec(text)?.[1] };
    };
    const host = new URL(GONE).host;
    const later = `${host} cannot sign you in at the moment. Try again in a little while.`;
    expect(await told(GONE)).toEqual({ status: 503, words: later });
    expect(await told(withoutEndpoint)).toMatchObject({
      status: 502,
      words: expect.stringContaining('does not accept'),
    });
    expect((await told('https://evil.example')).status).toBe(400);
  });
});

describe('a second identity', () => {
  /** Begins to link. Returns where the browser is sent. */
  const link = async (at: Visitor) => {
    const page = await at.post('/settings', { act: 'link-identity', issuer: standIn });
    expect(page.status).toBe(200);
    return (/http-equiv="refresh" content="0; url=([^"]*)"/.exec(page.text)?.[1] ?? '').replaceAll('&#38;', '&');
  };
  const linked = async (at: Visitor) => checked(LinkedIdentityList, (await at.get('/v1/me/identities')).body).items;
  const handleOf = async (at: Visitor) => ((await at.get('/v1/me')).body as { handle: string }).handle;

  test('a linked identity signs in to the same account once it is linked, and no more once it is removed', async () => {
    const gus = visitor(url);
    await signIn(gus, 'gus');
    const done = await gus.get(await enterName(await link(gus), { name: 'gus-at-work' }));
    expect([done.status, done.headers['location']]).toEqual([303, '/settings?notice=linked']);
    expect((await gus.get('/settings?notice=linked')).text).toContain('gus-at-work');

    const work = visitor(url);
    await signIn(work, 'gus-at-work');
    expect(await handleOf(work)).toBe('gus');

    const [identity] = await linked(gus);
    expect(identity).toMatchObject({ issuer: standIn, label: 'gus-at-work' });
    await gus.post('/settings', { act: 'unlink-identity', identity: identity?.id ?? '' });
    expect(await linked(gus)).toEqual([]);
    const later = visitor(url);
    await signIn(later, 'gus-at-work');
    expect(await handleOf(later)).toBe('gus-at-work');
  });

  test('an identity is refused if it has an account of its own, and needs a fresh sign-in', async () => {
    await signIn(visitor(url), 'hal');
    const ida = visitor(url);
    await signIn(ida, 'ida');
    const callback = await enterName(await link(ida), { name: 'hal' });
    expect((await ida.get(callback)).text).toContain('an account of its own here');
    expect(await linked(ida)).toEqual([]);
    await world.advance(16 * 60_000);
    const old = await ida.post('/settings', { act: 'link-identity', issuer: standIn });
    expect(old.headers['location']).toBe('/sign-in?returnTo=%2Fsettings');
  });

  test('an identity is not linked to another account that has signed in meanwhile', async () => {
    const joe = visitor(url);
    await signIn(joe, 'joe');
    const callback = await enterName(await link(joe), { name: 'joe-at-work' });
    const kim = visitor(url);
    await signIn(kim, 'kim');
    joe.cookies.set('session', kim.cookies.get('session') ?? '');
    expect((await joe.get(callback)).status).toBe(400);
    expect(await linked(kim)).toEqual([]);
  });

  test('an erased account takes its linked identities with it', async () => {
    const lea = visitor(url);
    await signIn(lea, 'lea');
    await lea.get(await enterName(await link(lea), { name: 'lea-at-work' }));
    await lea.post('/settings', { act: 'delete-account' });
    await world.drain();
    const query = world.datastore.createQuery('LinkedIdentity').select('__key__');
    const [left] = await world.datastore.runQuery(query);
    expect(left).toEqual([]);
    const again = visitor(url);
    await signIn(again, 'lea-at-work');
    expect(await linked(again)).toEqual([]);
  });
});
