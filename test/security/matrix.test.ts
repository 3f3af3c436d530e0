import { beforeAll, describe, expect, test, vi } from 'vitest';
import { Photo } from '../../src/features/photos/schemas.ts';
import { SCOPES } from '../../src/http/scopes.ts';
import { Problem } from '../../src/http/replies/problem.ts';
import { checked } from '../support/checked.ts';
import { CALLERS, headersOf, STRANGERS, type CallerName, type Credentials } from './callers.ts';
import {
  jsonCall,
  makeToken,
  neverBeen,
  startGoogleWorld,
  type GoogleWorld,
  type Owner,
  type Things,
} from './google-world.ts';
import { shortened } from '../support/long-form.ts';
import { jsonOf, type Answer, type Call } from '../support/http-client.ts';
import { createInstance } from '../support/instance.ts';
import { mountedRoutes } from './mounted-routes.ts';
import { expectedStatus, LINES, LOCAL_ONLY, type RouteLine } from './route-lines.ts';

interface Row extends RouteLine {
  route: string;
  method: string;
}

/** Every line, and in the long form of each GET the HEAD that Express answers by it. */
const ROWS: Row[] = Object.entries(LINES).flatMap(([route, lines]) =>
  [lines].flat().flatMap((line) => {
    const method = route.split(' ', 1)[0] ?? '';
    const row = { ...line, route, method };
    return method === 'GET' ? shortened([row, { ...row, method: 'HEAD' }], [row]) : [row];
  }),
);

/**
 * The callers of a row. In the short form those who may call, those after whom the owner's things are compared, and of the
 * others each third one: at the next row the next third.
 */
function triedAt(row: Row): readonly CallerName[] {
  const third = ROWS.indexOf(row) % 3;
  const tried = CALLERS.filter(
    (caller, at) => at % 3 === third || expectedStatus(row, row.method, caller) < 400 || isComparedAfter(caller, false),
  );
  return shortened<readonly CallerName[]>(CALLERS, tried);
}

/** After which callers the owner's things are compared: the last stranger, and the page that may not write. */
const isComparedAfter = (caller: CallerName, safe: boolean) =>
  caller === STRANGERS.at(-1) || (!safe && caller === 'foreign page');

const SAY_WHO_MAY = 'Say in LINES of test/security/route-lines.ts who may call:';
const SAY_LESS = 'Take out of LINES of test/security/route-lines.ts, for there is no such route:';
const NAME_LOCAL = 'Routes of the local profile alone, which LOCAL_ONLY of test/security/route-lines.ts must name:';

let world: GoogleWorld;
let shared: Credentials;

beforeAll(async () => {
  world = await startGoogleWorld();
  const owner = await world.token('public');
  await authorized(owner, { method: 'GET', path: '/v1/me' });
  await authorized(owner, { method: 'PATCH', path: '/v1/me', ...jsonCall({ visibility: 'public' }) });
  shared = await newCredentials();
  // The first request for a thumbnail makes it, which the photo shows. From then on reading changes nothing.
  const { photo, thumb, token } = shared.owner;
  await world.send({ method: 'GET', path: thumb });
  const mine = { method: 'GET', path: `/v1/photos/${photo}`, headers: { Authorization: `Bearer ${token}` } };
  await vi.waitUntil(async () => checked(Photo, jsonOf(await world.send(mine))).state === 'ready', 120_000);
});

describe('the table', () => {
  test('the table has a line for every route of profile google, and none for a route that is gone', () => {
    const mounted = mountedRoutes(world.app);
    const without = mounted.filter((route) => !(route in LINES));
    const gone = Object.keys(LINES).filter((route) => !mounted.includes(route));
    expect({ [SAY_WHO_MAY]: without, [SAY_LESS]: gone }).toEqual({ [SAY_WHO_MAY]: [], [SAY_LESS]: [] });
  });

  test('the table knows which routes the local profile has besides, and google has none of them', async () => {
    const { app } = await createInstance(world);
    const more = mountedRoutes(app).filter((route) => !(route in LINES));
    expect({ [NAME_LOCAL]: more }).toEqual({ [NAME_LOCAL]: [...LOCAL_ONLY].sort() });
    for (const route of LOCAL_ONLY) {
      const [method = '', path = ''] = route.split(' ');
      const answer = await world.send({ method, path: path.replace(':bucket', 'photos') });
      expect({ route, status: answer.status }).toEqual({ route, status: 404 });
    }
  });
});

const CELLS = ROWS.reduce((sum, row) => sum + triedAt(row).length, 0);

describe(`a row of the matrix (${ROWS.length} rows x ${CALLERS.length} callers, ${CELLS} cells tried)`, () => {
  test.each(ROWS.map((row) => [`${row.method} ${row.route.split(' ')[1]}`, row.note ?? 'every caller', row] as const))(
    '%s, %s: each caller gets what the table says',
    async (_name, _note, row) => {
      const safe = row.method === 'GET' || row.method === 'HEAD';
      // What a caller who may has changed, the next row would miss.
      const credentials = safe || row.who === 'platform' ? shared : await newCredentials(row);
      const before = await belongingsOf(credentials.owner);
      const seen: Partial<Record<CallerName, unknown>> = {};
      const expected: Partial<Record<CallerName, unknown>> = {};
      for (const caller of triedAt(row)) {
        const answer = await world.send(callOf(row, caller, credentials));
        expected[caller] = { status: expectedStatus(row, row.method, caller) };
        seen[caller] = { status: answer.status, ...faultsIn(row, answer) };
        // By a safe method the owner's cookie reads from anywhere.
        if (isComparedAfter(caller, safe)) {
          expect({ after: caller, ...(await belongingsOf(credentials.owner)) }).toEqual({ after: caller, ...before });
        }
      }
      expect(seen).toEqual(expected);
    },
  );

  test.each(
    ROWS.filter(({ who }) => who === 'platform').map(
      (row) => [`${row.method} ${row.route.split(' ')[1]}`, row] as const,
    ),
  )('%s: a caller from outside gets the bytes of an address that does not exist', async (_name, row) => {
    for (const caller of CALLERS) {
      const call = callOf(row, caller, shared);
      const there = await world.send(call);
      const nowhere = await world.send({ ...call, path: '/there-is-no-such-address' });
      expect({ caller, ...comparable(there) }).toEqual({ caller, ...comparable(nowhere) });
    }
  });

  const naming = ROWS.filter((row) => usesThings(row));
  test.each(naming.map((row) => [`${row.method} ${row.route.split(' ')[1]}`, row.note ?? 'its things', row] as const))(
    '%s, %s: what another user has is answered byte for byte like what has never been',
    async (_name, _note, row) => {
      const real = await world.send(callOf(row, 'other user', shared));
      const never = await world.send(callOf(row, 'other user', shared, { ...shared.owner, ...neverBeen() }));
      expect(comparable(real, shared.owner)).toEqual(comparable(never, neverBeen()));
    },
  );
});

/** What of a row's request differs between two owners, other than what opens by a secret. */
function usesThings({ who, ok, secret, path, body }: Row): boolean {
  if (secret) return false;
  if (who !== 'owner' && !(who === 'user' && body) && ok !== 404) return false;
  const [one, two] = [neverBeen(), mapValues(neverBeen(), (id) => `${id}-2`)];
  return path?.(one) !== path?.(two) || String(body?.(one, NO_TOKEN).body) !== String(body?.(two, NO_TOKEN).body);
}

/** Whether a row's request is about an album: only then it matters who is a member of it. */
function namesAlbum({ path, body }: Row): boolean {
  const [one, two] = [neverBeen(), { ...neverBeen(), album: 'Another000000000' }];
  return path?.(one) !== path?.(two) || String(body?.(one, NO_TOKEN).body) !== String(body?.(two, NO_TOKEN).body);
}

const NO_TOKEN = { token: undefined };

const mapValues = (things: Things, map: (value: string) => string) =>
  Object.fromEntries(Object.entries(things).map(([key, value]) => [key, map(value as string)])) as unknown as Things;

function callOf(
  { method, route, path, body, scope }: Row,
  caller: CallerName,
  credentials: Credentials,
  named?: Owner,
): Call {
  const owners: Partial<Record<CallerName, Owner>> = {
    'own page': credentials.pageOwner,
    'token with all scopes': credentials.tokenOwner,
  };
  const things = named ?? owners[caller] ?? credentials.owner;
  const headers = headersOf(caller, scope, credentials);
  const token = headers['Authorization']?.split(' ')[1];
  const content = body?.(things, { token });
  return {
    method,
    path: path?.(things) ?? (route.split(' ')[1] as string),
    headers: { ...headers, ...content?.headers },
    body: content?.body,
  };
}

/** What no reply may have, whatever its status. */
function faultsIn({ method }: Row, { status, headers, body }: Answer): Record<string, unknown> {
  const faults: Record<string, unknown> = {};
  if (!headers['x-request-id']) faults['request id'] = 'missing';
  if (headers['access-control-allow-origin']) faults['CORS'] = headers['access-control-allow-origin'];
  if (status === 401 && !headers['www-authenticate']) faults['WWW-Authenticate'] = 'missing';
  if (status >= 400 && method !== 'HEAD') {
    if (headers['content-type'] !== 'application/problem+json') faults['type'] = headers['content-type'];
    else if (Problem.parse(jsonOf({ status, headers, body })).status !== status) faults['problem'] = String(body);
  }
  if (status >= 400 && headers['set-cookie']) faults['cookie'] = headers['set-cookie'];
  return faults;
}

/** An answer without what differs between any two: when it was made, and its number. */
function comparable({ status, headers, body }: Answer, things?: Things) {
  const { date: _date, 'x-request-id': id, ...rest } = headers;
  const neutral = (text: string) =>
    Object.entries(things ?? {}).reduce(
      (result, [name, value]) => result.replaceAll(value as string, `{${name}}`),
      text,
    );
  return { status, headers: rest, body: neutral(body.toString().replaceAll(String(id), '{request}')) };
}

/** Kinds that record when they were last used. */
const USED_KINDS = new Set(['Session', 'PersonalToken']);

/** All that Datastore and the bucket hold of a user, but for when its sessions and tokens were last used. */
async function belongingsOf({ user }: Owner): Promise<Record<string, unknown>> {
  const { datastore, bucket } = world;
  const key = datastore.key(['User', user]);
  const [entities] = await datastore.createQuery().hasAncestor(key).run();
  const [files] = await bucket.getFiles({ prefix: `originals/${user}/` });
  return {
    entities: entities.map((entity: Record<symbol, { path: string[]; kind: string }>) => {
      const { path, kind } = entity[datastore.KEY] as { path: string[]; kind: string };
      return [path.join('/'), USED_KINDS.has(kind) ? 'kept' : entity];
    }),
    files: files.map(({ name }) => name),
  };
}

/** New owners, and what else a row uses up. */
async function newCredentials(row?: Row): Promise<Credentials> {
  const withPeople = row === undefined || namesAlbum(row);
  const [owner, pageOwner, third] = await Promise.all([
    world.owner(withPeople),
    world.owner(withPeople),
    // A token that is refused changes nothing, so it may be that of the first owner.
    row?.scope === 'person' ? undefined : world.owner(withPeople),
  ]);
  const tokenOwner = third ?? owner;
  return {
    owner,
    pageOwner,
    tokenOwner,
    personalTokens: {
      ...(row ? shared.personalTokens : await unusableTokens(owner)),
      withAllScopes: tokenOwner.personalToken,
      without: await tokensWithout(row ? [row.scope] : SCOPES, owner),
    },
    other: await world.token(`other-${owner.handle}`),
    members: {
      viewer: await world.token(`viewer-${owner.handle}`),
      contributor: await world.token(`contributor-${owner.handle}`),
    },
    // A row may let an erased account begin again.
    erased: row && row.but?.erased === undefined ? shared.erased : await newErased(`erased-${owner.handle}`),
    bad: await world.badTokens(owner.handle),
  };
}

/** Personal tokens of the owner, each of which lacks one of these scopes. */
async function tokensWithout(missing: readonly RouteLine['scope'][], owner: Owner) {
  const without: Credentials['personalTokens']['without'] = {};
  for (const scope of missing) {
    const scopes = SCOPES.filter((each) => each !== scope);
    if (scope !== undefined && scopes.length < SCOPES.length) {
      without[scope] = (await makeToken(world.send, owner.token, scopes)).token;
    }
  }
  return without;
}

/** Tokens of the owner that were good once. */
async function unusableTokens(owner: Owner): Promise<Pick<Credentials['personalTokens'], 'revoked' | 'expired'>> {
  const soon = new Date(world.clock.now() + 1).toISOString();
  const revoked = await makeToken(world.send, owner.token, [...SCOPES]);
  await authorized(owner.token, { method: 'DELETE', path: `/v1/tokens/${revoked.id}` });
  const expired = await makeToken(world.send, owner.token, [...SCOPES], soon);
  await world.advance(1);
  return { revoked: revoked.token, expired: expired.token };
}

async function newErased(name: string): Promise<string> {
  const token = await world.token(name);
  await authorized(token, { method: 'GET', path: '/v1/me' });
  await authorized(token, { method: 'DELETE', path: '/v1/me' });
  return token;
}

async function authorized(token: string, call: Call): Promise<void> {
  const answer = await world.send({ ...call, headers: { ...call.headers, Authorization: `Bearer ${token}` } });
  if (answer.status >= 300) throw new Error(`${call.method} ${call.path}: ${answer.status} ${String(answer.body)}`);
}
