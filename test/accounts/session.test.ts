import { createHash } from 'node:crypto';
import request from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import { checked } from '../support/checked.ts';
import { Session, SessionList } from '../../src/features/accounts/schemas.ts';
import { problemOf } from '../support/replies.ts';
import { openFrontDoor, type FrontDoor, type Instance } from './front-door.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What a browser sends from a page of ours. */
const OWN = { 'Sec-Fetch-Site': 'same-origin' };

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

let door: FrontDoor;
let here: Instance;
let there: Instance;

beforeAll(async () => {
  door = await openFrontDoor();
  here = await door.instance();
  there = await door.instance();
});

async function signIn({ url }: Instance, name: string, headers: Record<string, string> = {}) {
  const { token } = await door.cloud.mintToken(name);
  const reply = await request(url).post('/v1/session').set(headers).send({ token }).expect(201);
  const cookie = reply.get('Set-Cookie')?.[0] ?? '';
  return { reply, cookie, pair: cookie.split(';')[0] ?? '' };
}

/** The entity of a session. */
async function storedAs(pair: string) {
  const [user = '', secret = ''] = pair.split('=')[1]?.split('.') ?? [];
  const name = createHash('sha256').update(secret).digest('hex');
  const key = door.datastore.key(['User', user, 'Session', name]);
  const [data] = (await door.datastore.get(key)) as [Record<string, unknown>];
  return { key, data };
}

const who = async ({ url }: Instance, Cookie: string) => (await request(url).get('/who').set({ Cookie })).text;

describe('a session', () => {
  test('a session says which account it belongs to and when it ends', async () => {
    const { reply } = await signIn(here, 'ana');
    const account = await here.accounts.find('ana');
    const end = new Date(door.clock.now() + 14 * DAY).toISOString();
    expect(reply.body).toEqual({ id: account?.user, handle: 'ana', expiresAt: end });
  });

  test('a session counts on every instance, for fourteen days however often it is used', async () => {
    const { pair } = await signIn(here, 'ana');
    for (const days of [0, 6, 6]) {
      await door.advance(days * DAY);
      expect(await who(there, pair)).toBe('ana');
    }
    await door.advance(2 * DAY - 1);
    expect(await who(here, pair)).toBe('ana');
    await door.advance(1);
    expect(await who(there, pair)).toBe('no caller');
  });

  test('a session ends after seven days without a request, on every instance', async () => {
    const { pair } = await signIn(here, 'ana');
    await door.advance(7 * DAY - 1);
    expect(await who(there, pair)).toBe('ana');
    await door.advance(7 * DAY - 1);
    expect(await who(here, pair)).toBe('ana');
    const { pair: unused } = await signIn(here, 'ana');
    await door.advance(7 * DAY);
    expect(await who(here, unused)).toBe('no caller');
    expect(await who(there, unused)).toBe('no caller');
  });

  test('a session of an earlier version lasts its fourteen days unless it is used and then left idle', async () => {
    const { pair } = await signIn(here, 'ana');
    const { key, data } = await storedAs(pair);
    const older = { expiresAt: data['expiresAt'], expiryKey: data['expiryKey'] };
    await door.datastore.save({ key, data: older, excludeFromIndexes: ['expiresAt'] });
    await door.advance(6 * DAY);
    expect(await who(here, pair)).toBe('ana');
    await door.advance(7 * DAY);
    expect(await who(here, pair)).toBe('no caller');
  });

  test('a session writes down its use at most once an hour, also when many requests come at once', async () => {
    const { pair } = await signIn(here, 'ana');
    const usedAt = async () => ((await storedAs(pair)).data['usedAt'] as Date).getTime();
    const begun = await usedAt();
    await door.advance(HOUR - 1);
    await Promise.all(Array.from({ length: 8 }, () => who(here, pair)));
    expect(await usedAt()).toBe(begun);
    await door.advance(1);
    await Promise.all(Array.from({ length: 8 }, () => who(here, pair)));
    expect(await usedAt()).toBe(begun + HOUR);
    await door.advance(HOUR - 1);
    await who(here, pair);
    expect(await usedAt()).toBe(begun + HOUR);
  });

  test('a session that is ended while a request uses it stays ended', async () => {
    const { pair } = await signIn(here, 'ana');
    await door.advance(HOUR);
    await Promise.all([
      ...Array.from({ length: 4 }, () => who(there, pair)),
      request(here.url)
        .delete('/v1/session')
        .set({ Cookie: pair, ...OWN }),
      ...Array.from({ length: 4 }, () => who(there, pair)),
    ]);
    expect(await who(there, pair)).toBe('no caller');
    expect(await who(here, pair)).toBe('no caller');
  });

  test('a signed-out session is refused everywhere', async () => {
    const { pair } = await signIn(here, 'ana');
    const own = { Cookie: pair, 'Sec-Fetch-Site': 'same-origin' };
    const reply = await request(here.url).delete('/v1/session').set(own).expect(204);
    expect(reply.get('Set-Cookie')).toEqual(['session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax']);
    expect(await who(there, pair)).toBe('no caller');
    await request(here.url).delete('/v1/session').set(own).expect(204);
  });

  test('a session of an erased account identifies no caller', async () => {
    const { reply, pair } = await signIn(here, 'zoe');
    await door.datastore.delete(door.datastore.key(['User', checked(Session, reply.body).id]));
    expect(await who(here, pair)).toBe('no caller');
  });

  test('a session ends when its page signs in again', async () => {
    const { pair: before } = await signIn(here, 'ana');
    const { pair: after } = await signIn(here, 'ben', { Cookie: before });
    expect(await who(here, before)).toBe('no caller');
    expect(await who(here, after)).toBe('ben');
  });

  test('only the hash of a session is stored', async () => {
    const { pair } = await signIn(here, 'ana');
    const secret = pair.split('.')[1] ?? '';
    expect(secret).toMatch(/^[\w-]{43}$/);
    const [sessions] = await door.datastore.createQuery('Session').run();
    expect(sessions.length).toBeGreaterThan(0);
    expect(JSON.stringify(sessions.map((entity) => [entity, entity[door.datastore.KEY as never]]))).not.toContain(
      secret,
    );
  });

  test('a session does not count for another user, nor with any other secret', async () => {
    const [ana, ben] = [await signIn(here, 'ana'), await signIn(here, 'ben')];
    const [anaUser, anaSecret] = ana.pair.split('=')[1]?.split('.') ?? [];
    const [benUser] = ben.pair.split('=')[1]?.split('.') ?? [];
    const values = [
      `${benUser}.${anaSecret}`,
      `${anaUser}.${'A'.repeat(43)}`,
      `${anaUser}.`,
      `${anaUser}`,
      '',
      '.',
      'x',
    ];
    for (const value of values) expect(await who(here, `session=${value}`)).toBe('no caller');
  });
});

describe('the list of sessions', () => {
  const list = async (pair: string, { url } = here) =>
    checked(SessionList, (await request(url).get('/v1/sessions').set({ Cookie: pair }).expect(200)).body);
  const asOwn = (pair: string) => ({ Cookie: pair, ...OWN });

  test('the list of sessions says where pages are signed in, which is this one, and no more of a browser than its family', async () => {
    const { pair: phone } = await signIn(here, 'lea', { 'User-Agent': 'curl/8.5.0' });
    const begun = door.clock.now();
    await door.advance(2 * HOUR);
    const { pair: laptop } = await signIn(here, 'lea', { 'User-Agent': FIREFOX });
    const { items, ...rest } = await list(laptop);
    expect(rest).toEqual({ next: null, prev: null });
    const time = (ms: number) => new Date(ms).toISOString();
    // Tokens count in seconds.
    const wholeSecond = (ms: number) => Math.floor(ms / 1000) * 1000;
    const now = door.clock.now();
    expect(items).toEqual([
      {
        id: expect.any(String),
        current: true,
        createdAt: time(now),
        lastUsedAt: time(now),
        expiresAt: time(now + 7 * DAY),
        signedInAt: time(wholeSecond(now)),
        browser: 'Firefox on Linux',
        network: '127.0.0.0/24',
      },
      {
        id: expect.any(String),
        current: false,
        createdAt: time(begun),
        lastUsedAt: time(begun),
        expiresAt: time(begun + 7 * DAY),
        signedInAt: time(wholeSecond(begun)),
        browser: 'curl',
        network: '127.0.0.0/24',
      },
    ]);
    await door.advance(HOUR);
    expect((await list(phone, there)).items.map(({ current }) => current)).toEqual([true, false]);
    expect(JSON.stringify(items)).not.toContain(phone.split('.')[1]);
  });

  test('the list of sessions leaves out ended sessions', async () => {
    await signIn(here, 'mia');
    await door.advance(7 * DAY);
    const { pair } = await signIn(here, 'mia');
    expect((await list(pair)).items).toHaveLength(1);
  });

  test('the list of sessions ends one of them, on every instance at once, and no other', async () => {
    const [{ pair: lost }, { pair: kept }] = [await signIn(here, 'nina'), await signIn(there, 'nina')];
    const [id] = (await list(kept)).items.filter(({ current }) => !current).map((item) => item.id);
    expect(await who(there, lost)).toBe('nina');
    const path = `/v1/sessions/${id}`;
    await request(here.url).delete(path).set({ Cookie: kept, 'Sec-Fetch-Site': 'cross-site' }).expect(403);
    const reply = await request(here.url).delete(path).set(asOwn(kept)).expect(204);
    expect(reply.get('Set-Cookie')).toBeUndefined();
    expect(await who(there, lost)).toBe('no caller');
    expect(await who(there, kept)).toBe('nina');
    await request(here.url).delete(path).set(asOwn(kept)).expect(404);
    await request(here.url).delete('/v1/sessions/..').set(asOwn(kept)).expect(404);
  });

  test("the list of sessions never ends another user's", async () => {
    const [{ pair: olga }, { pair: paul }] = [await signIn(here, 'olga'), await signIn(here, 'paul')];
    const [session] = (await list(olga)).items;
    await request(here.url).delete(`/v1/sessions/${session?.id}`).set(asOwn(paul)).expect(404);
    expect(await who(here, olga)).toBe('olga');
  });

  test('the list of sessions ends all of them, on every instance at once, by a session or by a token', async () => {
    const pairs = [await signIn(here, 'quin'), await signIn(here, 'quin'), await signIn(there, 'quin')];
    const { pair: other } = await signIn(here, 'rosa');
    const reply = await request(here.url)
      .delete('/v1/sessions')
      .set(asOwn(pairs[0]?.pair ?? ''))
      .expect(204);
    expect(reply.get('Set-Cookie')?.[0]).toContain('Max-Age=0');
    for (const { pair } of pairs) expect(await who(there, pair)).toBe('no caller');
    expect(await who(here, other)).toBe('rosa');

    const { pair } = await signIn(here, 'quin');
    const { token } = await door.cloud.mintToken('quin');
    await request(here.url).delete('/v1/sessions').set('Authorization', `Bearer ${token}`).expect(204);
    expect(await who(there, pair)).toBe('no caller');
  });
});

describe('the cookie', () => {
  test('on plain-HTTP localhost is hidden from scripts and from other sites', async () => {
    const { cookie } = await signIn(here, 'ana');
    expect(cookie).toMatch(/^session=[0-9A-Za-z]{16}\.[\w-]{43}; Path=\/; Max-Age=1209600; HttpOnly; SameSite=Lax$/);
  });

  test('over https bears the prefix that only this host may set', async () => {
    const { cookie, pair } = await signIn(await door.instance({ https: true }), 'ana');
    expect(cookie).toMatch(/^__Host-session=[^;]+; Path=\/; Max-Age=1209600; HttpOnly; SameSite=Lax; Secure$/);
    expect(await who(await door.instance({ https: true }), `theme=dark; ${pair}; x=y`)).toBe('ana');
    expect(await who(await door.instance({ https: true }), pair.replace('__Host-', ''))).toBe('no caller');
  });
});

describe('a page', () => {
  const writes = async (headers: Record<string, string>, { url } = here) => {
    const { pair } = await signIn(here, 'ana');
    return request(url)
      .post('/who')
      .set({ Cookie: pair, ...headers });
  };

  test('a page of our own may write by its session', async () => {
    expect((await writes({ 'Sec-Fetch-Site': 'same-origin' })).text).toBe('ana');
    expect((await writes({ Origin: here.url })).text).toBe('ana');
    expect((await writes({ Origin: here.url, 'Sec-Fetch-Site': 'same-origin' })).text).toBe('ana');
  });

  test('over https is of our own if its origin says https', async () => {
    const secure = await door.instance({ https: true });
    const { pair } = await signIn(secure, 'ana');
    const write = (Origin: string) => request(secure.url).post('/who').set({ Cookie: pair, Origin });
    expect((await write(secure.url.replace('http:', 'https:'))).text).toBe('ana');
    await write(secure.url).expect(403);
  });

  test.each<[string, Record<string, string>]>([
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a sister site', { 'Sec-Fetch-Site': 'same-site' }],
    ['another origin', { Origin: 'https://elsewhere.example' }],
    ['the same host with another scheme', { Origin: 'https://127.0.0.1' }],
    ['an origin that it hides', { Origin: 'null' }],
    ['an unknown origin', {}],
    ['an unknown origin, by hand', { 'Sec-Fetch-Site': 'none' }],
  ])('a page of %s may not write', async (_whose, headers) => {
    const reply = await writes(headers);
    expect(reply.status).toBe(403);
    expect(problemOf(reply)).toMatchObject({ code: 'cross-site-request' });
  });

  test('a page may be opened from anywhere', async () => {
    const { pair } = await signIn(here, 'ana');
    const reply = await request(here.url).get('/who').set({ Cookie: pair, 'Sec-Fetch-Site': 'cross-site' });
    expect(reply.text).toBe('ana');
  });

  test('a page of another site can sign no user in or out', async () => {
    const { pair } = await signIn(here, 'ana');
    const { token } = await door.cloud.mintToken('eve');
    const foreign = { 'Sec-Fetch-Site': 'cross-site' };
    await request(here.url).post('/v1/session').set(foreign).send({ token }).expect(403);
    await request(here.url).post('/signin').set(foreign).type('form').send({ name: 'eve' }).expect(403);
    await request(here.url).post('/local/token').set(foreign).send({ name: 'eve' }).expect(403);
    await request(here.url)
      .post('/signout')
      .set({ ...foreign, Cookie: pair })
      .expect(403);
    expect(await who(here, pair)).toBe('ana');
  });
});
