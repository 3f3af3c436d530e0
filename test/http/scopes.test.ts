import request from 'supertest';
import { expect, test } from 'vitest';
import { defineRoute, type Caller, type Route } from '../../src/http/route.ts';
import type { Scope } from '../../src/http/scopes.ts';
import type { TokenId } from '../../src/runtime/ids.ts';
import { problemOf } from '../support/replies.ts';
import { ANA, smallApp } from './small-app.ts';

const handle = () => ({ status: 204 });
const read = defineRoute({
  method: 'get',
  path: '/read',
  summary: 'Reads.',
  access: 'optional',
  scope: 'read',
  replies: { 204: null },
  handle,
});
const person = { ...read, path: '/person', scope: 'person' } satisfies Route;
const open = { ...read, path: '/open', access: 'public', scope: undefined } satisfies Route;

const withScopes = (...scopes: Scope[]): Caller => ({
  ...ANA,
  token: { id: 'Token00000000001' as TokenId, scopes, expiresAt: Infinity },
});

test('a route that reads credentials and declares no scope is refused at the start', () => {
  for (const access of ['user', 'optional', 'signed-url'] as const) {
    const undeclared = { ...read, access, scope: undefined };
    expect(() => smallApp([undeclared])).toThrow('The route GET /read declares no scope.');
  }
});

test('a token gets what its scopes name, a person everything, and a guest what is for guests', async () => {
  const statuses = async (caller: Caller | undefined) => {
    const { app } = smallApp([read, person, open], { callerOf: async () => caller });
    const replies = ['/read', '/person', '/open'].map(async (path) => (await request(app).get(path)).status);
    return Promise.all(replies);
  };
  expect(await statuses(withScopes('read'))).toEqual([204, 403, 204]);
  expect(await statuses(withScopes('upload', 'edit', 'delete'))).toEqual([403, 403, 204]);
  expect(await statuses(ANA)).toEqual([204, 204, 204]);
  expect(await statuses(undefined)).toEqual([204, 204, 204]);
});

test('a refusal names the scope that is wanted, and no scope where none would do', async () => {
  const { app, entries } = smallApp([read, person], { callerOf: async () => withScopes('edit') });
  const missing = problemOf(await request(app).get('/read').expect(403));
  expect(missing).toMatchObject({ code: 'scope-missing', scope: 'read', scopes: ['edit'] });
  const never = await request(app).get('/person').expect(403);
  expect(problemOf(never)).not.toHaveProperty('scope');
  expect(never.get('WWW-Authenticate')).toBe('Bearer error="insufficient_scope"');
  const reasons = entries.flatMap(({ reason }) => reason ?? []);
  expect(reasons).toEqual(['scope-missing', 'token-not-a-person']);
});
