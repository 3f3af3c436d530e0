import request from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import { openFrontDoor, type FrontDoor, type Instance } from './front-door.ts';

const DAY = 24 * 3_600_000;

let door: FrontDoor;
let here: Instance;
let there: Instance;

beforeAll(async () => {
  door = await openFrontDoor();
  here = await door.instance();
  there = await door.instance();
});

async function signIn({ url }: Instance, name: string, headers: Record<string, string> = {}) {
  const { token } = await door.identity.mint(name);
  const reply = await request(url).post('/v1/session').set(headers).send({ token }).expect(201);
  const cookie = reply.get('Set-Cookie')?.[0] ?? '';
  return { reply, cookie, pair: cookie.split(';')[0] ?? '' };
}

const who = async ({ url }: Instance, Cookie: string) => (await request(url).get('/who').set({ Cookie })).text;

describe('a session', () => {
  test('says whose it is and when it ends', async () => {
    const { reply } = await signIn(here, 'ana');
    const account = await here.accounts.find('ana');
    const end = new Date(door.clock.now() + 14 * DAY).toISOString();
    expect(reply.body).toEqual({ id: account?.user, handle: 'ana', expiresAt: end });
  });

  test('counts on every instance, for fourteen days', async () => {
    const { pair } = await signIn(here, 'ana');
    expect(await who(there, pair)).toBe('ana');
    door.clock.advance(14 * DAY - 1);
    expect(await who(there, pair)).toBe('ana');
    door.clock.advance(1);
    expect(await who(there, pair)).toBe('nobody');
  });

  test('that was signed out counts nowhere', async () => {
    const { pair } = await signIn(here, 'ana');
    const own = { Cookie: pair, 'Sec-Fetch-Site': 'same-origin' };
    const reply = await request(here.url).delete('/v1/session').set(own).expect(204);
    expect(reply.get('Set-Cookie')).toEqual(['session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax']);
    expect(await who(there, pair)).toBe('nobody');
    await request(here.url).delete('/v1/session').set(own).expect(204);
  });

  test("of an account that was erased is nobody's", async () => {
    const { reply, pair } = await signIn(here, 'zoe');
    await door.datastore.delete(door.datastore.key(['User', (reply.body as { id: string }).id]));
    expect(await who(here, pair)).toBe('nobody');
  });

  test('ends when its page signs in anew', async () => {
    const { pair: before } = await signIn(here, 'ana');
    const { pair: after } = await signIn(here, 'ben', { Cookie: before });
    expect(await who(here, before)).toBe('nobody');
    expect(await who(here, after)).toBe('ben');
  });

  test('is kept as a hash alone', async () => {
    const { pair } = await signIn(here, 'ana');
    const secret = pair.split('.')[1] ?? '';
    expect(secret).toMatch(/^[\w-]{43}$/);
    const [sessions] = await door.datastore.createQuery('Session').run();
    expect(sessions.length).toBeGreaterThan(0);
    expect(JSON.stringify(sessions.map((entity) => [entity, entity[door.datastore.KEY as never]]))).not.toContain(
      secret,
    );
  });

  test('does not count for another user, nor with any other secret', async () => {
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
    for (const value of values) expect(await who(here, `session=${value}`)).toBe('nobody');
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
    expect(await who(await door.instance({ https: true }), pair.replace('__Host-', ''))).toBe('nobody');
  });
});

describe('a page', () => {
  const writes = async (headers: Record<string, string>, { url } = here) => {
    const { pair } = await signIn(here, 'ana');
    return request(url)
      .post('/who')
      .set({ Cookie: pair, ...headers });
  };

  test('of our own may write by its session', async () => {
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
    ['nobody knows where', {}],
    ['nobody knows where, by hand', { 'Sec-Fetch-Site': 'none' }],
  ])('of %s may not', async (_whose, headers) => {
    const reply = await writes(headers);
    expect(reply.status).toBe(403);
    expect(reply.body).toMatchObject({ code: 'cross-site-request' });
  });

  test('may be opened from anywhere', async () => {
    const { pair } = await signIn(here, 'ana');
    const reply = await request(here.url).get('/who').set({ Cookie: pair, 'Sec-Fetch-Site': 'cross-site' });
    expect(reply.text).toBe('ana');
  });

  test('of another site cannot sign anybody in or out', async () => {
    const { pair } = await signIn(here, 'ana');
    const { token } = await door.identity.mint('eve');
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
