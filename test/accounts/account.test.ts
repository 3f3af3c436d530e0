import { beforeAll, describe, expect, test } from 'vitest';
import {
  accountMemory,
  findOrCreateAccount,
  findUserByHandle,
  signInAccount,
} from '../../src/features/accounts/account.ts';
import { noteErasure } from '../../src/features/accounts/erased-identities.ts';
import { newUserId, type UserId } from '../../src/runtime/ids.ts';
import { createStore } from '../../src/data/read/store.ts';
import { parseKeys } from '../../src/signing/keys.ts';
import { START } from '../support/world.ts';
import { openFrontDoor, type FrontDoor } from './front-door.ts';

let door: FrontDoor;

beforeAll(async () => {
  door = await openFrontDoor();
});

/** What an instance that remembers nothing yet works with. */
const fresh = () => ({ ...door, accountMemory: accountMemory(door) });

/** A new identity. */
const newIdentity = (name?: string) => ({ issuer: 'https://id.example', subject: newUserId(), name });

describe('an account', () => {
  test('an account is created at the first call and found by all later ones, on every instance', async () => {
    const ana = newIdentity('ana');
    const account = await findOrCreateAccount(fresh(), ana);
    expect(account.handle).toBe('ana');
    expect(await findOrCreateAccount(fresh(), ana)).toEqual(account);
    expect(await findUserByHandle(fresh(), 'ana')).toEqual(account);
  });

  test('an account begins empty', async () => {
    const { user, handle } = await findOrCreateAccount(fresh(), newIdentity());
    const stored = await createStore(door.datastore).user(user);
    const empty = { sequence: 0, feedFloor: 0, bytes: 0, photos: 0, commits: [] };
    expect(stored).toMatchObject({ handle, ...empty, createdAt: START });
  });

  test('one account is created when several instances meet an identity at once', async () => {
    const ben = newIdentity('ben');
    const found = await Promise.all(Array.from({ length: 8 }, () => findOrCreateAccount(fresh(), ben)));
    expect(new Set(found.map(({ user }) => user)).size).toBe(1);
    expect(found[0]?.handle).toBe('ben');
  });

  test('an account is created although the first commits are aborted', async () => {
    await door.cloud.abortCommits(3);
    const account = await findOrCreateAccount(fresh(), newIdentity('gina'));
    expect(account.handle).toBe('gina');
    expect(await findUserByHandle(fresh(), 'gina')).toEqual(account);
  });

  test('an account is not half created when every commit is aborted, and the next call creates it', async () => {
    const [hugo, deps] = [newIdentity('hugo'), fresh()];
    await door.cloud.abortCommits(6);
    await expect(findOrCreateAccount(deps, hugo)).rejects.toMatchObject({ code: 10 });
    expect(await findUserByHandle(deps, 'hugo')).toBeUndefined();
    expect((await findOrCreateAccount(deps, hugo)).handle).toBe('hugo');
  });

  test('an account belongs to issuer and subject together', async () => {
    const one = newIdentity();
    const other = { ...one, issuer: 'https://other.example' };
    const split = { issuer: `${one.issuer}${one.subject.slice(0, 1)}`, subject: one.subject.slice(1) };
    const users = await Promise.all([one, other, split].map((identity) => findOrCreateAccount(fresh(), identity)));
    expect(new Set(users.map(({ user }) => user)).size).toBe(3);
  });

  test('an erased account is recognized by an older signing key too, and where it does not name its identity', async () => {
    const [ida, jon] = [newIdentity('ida'), newIdentity('jon')];
    const users = [(await findOrCreateAccount(fresh(), ida)).user, (await findOrCreateAccount(fresh(), jon)).user];
    // As an earlier version has left it, more than ten seconds ago.
    const older = door.datastore.key(['User', users[1] as UserId]);
    const [{ view }] = (await door.datastore.get(older)) as [{ view: string }];
    const { identity: _identity, ...unnamed } = JSON.parse(view) as { identity: string };
    await door.datastore.save({ key: older, data: { view: JSON.stringify(unnamed) }, excludeFromIndexes: ['view'] });
    await door.advance(10_000);
    for (const user of users) {
      await noteErasure({ ...door, store: createStore(door.datastore) }, user);
      await door.datastore.delete(door.datastore.key(['User', user]));
    }

    const signingKeys = parseKeys('b signing key of 32 characters or more,a signing key of 32 characters or more');
    for (const identity of [ida, jon]) {
      const deps = { ...fresh(), signingKeys };
      await expect(findOrCreateAccount(deps, identity)).rejects.toMatchObject({ code: 'account-erased' });
      const { user } = await signInAccount(deps, identity);
      expect(await findOrCreateAccount(deps, identity)).toMatchObject({ user });
    }
  });

  test('an identity whose user was erased gets a new account', async () => {
    const cleo = newIdentity();
    const { user } = await findOrCreateAccount(fresh(), cleo);
    await door.datastore.delete(door.datastore.key(['User', user]));
    expect((await findOrCreateAccount(fresh(), cleo)).user).not.toBe(user);
  });
});

describe('a handle', () => {
  test('a handle goes to one of those who wish for it at once, the others get another', async () => {
    const wishes = Array.from({ length: 6 }, () => findOrCreateAccount(fresh(), newIdentity('dora')));
    const handles = (await Promise.all(wishes)).map(({ handle }) => handle);
    expect(handles.filter((handle) => handle === 'dora')).toHaveLength(1);
    expect(new Set(handles).size).toBe(6);
  });

  test('a handle is the wished name in lower case', async () => {
    expect((await findOrCreateAccount(fresh(), newIdentity('Emil'))).handle).toBe('emil');
  });

  test.each([undefined, '', 'a b', '__x__', '..', 'x'.repeat(31), '\u0000'])(
    'a random handle is given when %j is wished',
    async (wish) => {
      const { user, handle } = await findOrCreateAccount(fresh(), newIdentity(wish));
      expect(handle).toMatch(/^user-[a-z0-9]{10}$/);
      expect(await findUserByHandle(fresh(), handle)).toEqual({ user, handle });
    },
  );

  test('an unused handle is not found, and is found once it is taken', async () => {
    const deps = fresh();
    expect(await findUserByHandle(deps, 'fred')).toBeUndefined();
    expect(await findUserByHandle(deps, '__fred__')).toBeUndefined();
    const fred = await findOrCreateAccount(fresh(), newIdentity('fred'));
    expect(await findUserByHandle(deps, 'fred')).toEqual(fred);
  });
});
