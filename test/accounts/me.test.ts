import request from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import { accountMemory, findOrCreateAccount } from '../../src/features/accounts/account.ts';
import { createStore } from '../../src/data/read/store.ts';
import { problemOf } from '../support/replies.ts';
import { openFrontDoor, type FrontDoor, type Instance } from './front-door.ts';

let door: FrontDoor;
let here: Instance;
let there: Instance;

beforeAll(async () => {
  door = await openFrontDoor();
  here = await door.instance();
  there = await door.instance();
});

async function signedIn(name: string) {
  const { token } = await door.cloud.mintToken(name);
  const headers = { Authorization: `Bearer ${token}` };
  return {
    me: async ({ url }: Instance = here) => (await request(url).get('/v1/me').set(headers).expect(200)).body,
    edit: (body: object, more: Record<string, string> = {}) =>
      request(here.url)
        .patch('/v1/me')
        .set({ ...headers, ...more })
        .send(body),
  };
}

describe('an edit of the account', () => {
  test('an edit of the account sets what it names and leaves the rest, on every instance at once', async () => {
    const ana = await signedIn('ana');
    await ana.edit({ displayName: ' Ana María ', timeZone: 'America/Bogota' }).expect(200);
    await ana.edit({ mail: { posts: true } }).expect(200);
    const { body } = await ana.edit({ mail: { summary: true }, visibility: 'public' }).expect(200);

    expect(body).toMatchObject({
      displayName: 'Ana María',
      timeZone: 'America/Bogota',
      visibility: 'public',
      mail: { summary: true, posts: true, address: 'ana@localhost' },
      revision: 4,
    });
    expect(await ana.me(there)).toEqual(body);
  });

  test('an edit of the account with an invalid value is refused by the name of the field', async () => {
    const ben = await signedIn('ben');
    const before = await ben.me();
    const refused: [object, string][] = [
      [{ timeZone: 'Middle/Earth' }, '/timeZone'],
      [{ timeZone: '+02:00' }, '/timeZone'],
      [{ visibility: 'friends' }, '/visibility'],
      [{ displayName: 'x'.repeat(101) }, '/displayName'],
      [{ handle: 'No Handle' }, '/handle'],
      [{ mail: { daily: true } }, '/mail/daily'],
      [{ mail: { address: 'x@example.com' } }, '/mail/address'],
      [{ email: 'x@example.com' }, '/email'],
      [{}, ''],
    ];
    for (const [edit, pointer] of refused) {
      const problem = problemOf(await ben.edit(edit).expect(400));
      expect(problem.errors?.[0]).toMatchObject({ pointer });
    }
    expect(await ben.me()).toEqual(before);
  });

  test('an edit of an account that changed since gets 412 with the present account', async () => {
    const cleo = await signedIn('cleo');
    const { headers } = await cleo.edit({ displayName: 'Cleo' }).expect(200);
    const known = { 'If-Match': headers['etag'] ?? '' };
    await cleo.edit({ displayName: 'Cleopatra' }, known).expect(200);
    const refused = await cleo.edit({ displayName: 'C.' }, known).expect(412);
    expect(problemOf(refused)).toMatchObject({ code: 'precondition-failed', current: { displayName: 'Cleopatra' } });
    await cleo.edit({ displayName: 'C.' }, { 'If-Match': refused.headers['etag'] ?? '' }).expect(200);
  });
});

describe('a new handle', () => {
  test('a new handle applies at once, and the former one still leads to its owner', async () => {
    const dora = await signedIn('dora');
    const { id } = await dora.me();
    expect((await dora.edit({ handle: 'dorothea' }).expect(200)).body.handle).toBe('dorothea');

    expect(await there.accounts.find('dorothea')).toMatchObject({ user: id });
    expect(await there.accounts.find('dora')).toMatchObject({ user: id });
    const emil = await signedIn('emil');
    expect(problemOf(await emil.edit({ handle: 'dora' }).expect(409)).code).toBe('handle-taken');
    expect((await dora.edit({ handle: 'dora' }).expect(200)).body.handle).toBe('dora');
  });

  test('a new handle goes to one of two who want it at once', async () => {
    const [fred, gina] = [await signedIn('fred'), await signedIn('gina')];
    const replies = await Promise.all([fred.edit({ handle: 'boss' }), gina.edit({ handle: 'boss' })]);
    expect(replies.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);
  });

  test('an account can have five handles and no more', async () => {
    const hugo = await signedIn('hugo');
    for (const handle of ['hugo2', 'hugo3', 'hugo4', 'hugo5']) await hugo.edit({ handle }).expect(200);
    expect(problemOf(await hugo.edit({ handle: 'hugo6' }).expect(409)).code).toBe('conflict');
    await hugo.edit({ handle: 'hugo' }).expect(200);
  });
});

test('the address for mail is the one that the issuer has verified last', async () => {
  const meet = async (email?: string) => {
    const identity = { issuer: 'https://id.example', subject: 'ida', name: 'ida', email };
    const { user } = await findOrCreateAccount({ ...door, accountMemory: accountMemory(door) }, identity);
    const { email: kept, revision } = (await createStore(door.datastore).user(user)) ?? {};
    return [kept, revision];
  };
  expect(await meet()).toEqual([null, 1]);
  expect(await meet('ida@example.com')).toEqual(['ida@example.com', 1]);
  expect(await meet()).toEqual(['ida@example.com', 1]);
  expect(await meet('ida@example.org')).toEqual(['ida@example.org', 1]);
});
