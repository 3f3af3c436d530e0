import request from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import { makePairingCode } from '../../src/features/pairing/pairing-codes.ts';
import type { Share } from '../../src/features/shares/schemas.ts';
import { createInstance, listen } from '../support/instance.ts';
import { startWorld } from '../support/world.ts';
import { mountedRoutes } from './mounted-routes.ts';
import { LINES, LOCAL_ONLY } from './route-lines.ts';

/** Callers of a home server: without an issuer there are no ID tokens. */
const CALLERS = [
  'anonymous',
  'signed out',
  'token',
  'revoked token',
  'share guest',
  'foreign page',
  'own page',
] as const;

type Caller = (typeof CALLERS)[number];

/**
 * What each caller gets from the routes that a home server has besides. Passkeys concern a person, so a token may at most list
 * them. The bodies name no passkey that exists: 400, 403 and 404 say that the caller was let in.
 */
const LINES_OF_PAIRING: Record<string, { send?: object; form?: object; gets: Record<Caller, number> }> = {
  'GET /v1/passkeys': { gets: signedIn({ token: 200, 'foreign page': 200, 'own page': 200 }) },
  'POST /v1/passkeys/options': { send: {}, gets: signedIn({ token: 403, 'foreign page': 403, 'own page': 200 }) },
  'POST /v1/passkeys': { send: {}, gets: signedIn({ token: 403, 'foreign page': 403, 'own page': 400 }) },
  'DELETE /v1/passkeys/:id': { gets: signedIn({ token: 403, 'foreign page': 403, 'own page': 404 }) },
  'POST /v1/session/passkey/options': { send: {}, gets: everyone(200) },
  'POST /v1/session/passkey': { send: {}, gets: { ...everyone(400), 'foreign page': 400 } },
  'GET /pair': { gets: { ...everyone(200), 'foreign page': 200 } },
  'POST /pair': { form: { code: 'WRONG-CODE', name: 'eve' }, gets: everyone(403) },
};

function signedIn(of: Pick<Record<Caller, number>, 'token' | 'foreign page' | 'own page'>): Record<Caller, number> {
  return { anonymous: 401, 'signed out': 401, 'revoked token': 401, 'share guest': 401, ...of };
}

/** Credentials are not looked at. Pages of other sites are refused. */
function everyone(status: number): Record<Caller, number> {
  const of = (caller: Caller) => [caller, caller === 'foreign page' ? 403 : status] as const;
  return Object.fromEntries(CALLERS.map(of)) as Record<Caller, number>;
}

const world = await startWorld();
const { app } = await createInstance(world, { env: { IDENTITY: 'pairing' } });
/** Passkeys need a host name. */
const url = (await listen(app)).url.replace('127.0.0.1', 'localhost');
const headers = {} as Record<Caller, Record<string, string>>;

const own = (cookie: string) => ({ Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' });

/** Pairs a browser, and returns its cookie. */
async function pair(name: string): Promise<string> {
  const { code } = await makePairingCode(world);
  const reply = await request(url).post('/pair').type('form').send({ code, name }).expect(303);
  return String(reply.headers['set-cookie']?.[0]).split(';')[0] ?? '';
}

beforeAll(async () => {
  const [cookie, ended] = [await pair('ana'), await pair('ana')];
  await request(url).delete('/v1/session').set(own(ended)).expect(204);
  const make = async (path: string, body: object) =>
    (await request(url).post(path).set(own(cookie)).send(body).expect(201)).body as { id: string; token: string };
  const all = { name: 'All', scopes: ['read', 'upload', 'edit', 'delete', 'share', 'export'] };
  const [token, revoked] = [await make('/v1/tokens', all), await make('/v1/tokens', all)];
  await request(url).delete(`/v1/tokens/${revoked.id}`).set(own(cookie)).expect(204);
  const share = (await make('/v1/shares', { timeline: true })) as unknown as Share;
  Object.assign(headers, {
    anonymous: {},
    'signed out': own(ended),
    token: { Authorization: `Bearer ${token.token}` },
    'revoked token': { Authorization: `Bearer ${revoked.token}` },
    'share guest': { Authorization: `Bearer ${share.token}` },
    'foreign page': { Cookie: cookie, Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
    'own page': own(cookie),
  });
});

describe(`the routes of a home server (${Object.keys(LINES_OF_PAIRING).length} routes x ${CALLERS.length} callers)`, () => {
  test('the table names every route that a home server has besides', () => {
    const known = new Set([...Object.keys(LINES), ...LOCAL_ONLY]);
    expect(mountedRoutes(app).filter((route) => !known.has(route))).toEqual(Object.keys(LINES_OF_PAIRING).toSorted());
  });

  test.each(Object.entries(LINES_OF_PAIRING))('%s: each caller gets what the table says', async (route, line) => {
    const [method = '', path = ''] = route.split(' ');
    const gets: Partial<Record<Caller, number>> = {};
    for (const caller of CALLERS) {
      const address = path.replace(':id', 'a'.repeat(64));
      const at = request(url);
      const calls: Record<string, () => request.Test> = {
        GET: () => at.get(address),
        POST: () => at.post(address),
        DELETE: () => at.delete(address),
      };
      const call = calls[method]!().set(headers[caller]);
      if (line.form) call.type('form').send(line.form);
      else if (line.send) call.send(line.send);
      gets[caller] = (await call).status;
    }
    expect(gets).toEqual(line.gets);
  });

  test('the OpenAPI document of a home server describes its passkeys, and that of another service does not', async () => {
    const described = async (at: string) =>
      Object.keys(((await request(at).get('/openapi.json').expect(200)).body as { paths: object }).paths).filter(
        (path) => path.includes('passkey'),
      );
    expect(await described(url)).toEqual([
      '/v1/passkeys',
      '/v1/passkeys/options',
      '/v1/passkeys/{id}',
      '/v1/session/passkey/options',
      '/v1/session/passkey',
    ]);
    expect(await described(world.url)).toEqual([]);
  });
});
