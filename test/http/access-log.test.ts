import request from 'supertest';
import { beforeEach, expect, test } from 'vitest';
import { AppError } from '../../src/runtime/errors.ts';
import { defineRoute } from '../../src/http/route.ts';
import { addLogFields } from '../../src/runtime/log.ts';
import { smallApp } from './small-app.ts';

const refusals = {
  foreign: new AppError('cross-site-request', 'From elsewhere.', { reason: 'cross-site' }),
  full: new AppError('quota-exceeded', 'The account is full.'),
  broken: new AppError('internal', 'Something failed.'),
};

const { app, entries } = smallApp([
  defineRoute({
    method: 'get',
    path: '/mine',
    summary: 'x',
    access: 'user',
    scope: 'read',
    replies: { 200: 'text/plain' },
    handle: () => ({ status: 200, text: 'yours' }),
  }),
  defineRoute({
    method: 'get',
    path: '/ended',
    summary: 'x',
    access: 'optional',
    scope: 'read',
    replies: { 204: null },
    handle() {
      addLogFields({ reason: 'session-idle' });
      throw new AppError('unauthenticated', 'Sign in.');
    },
  }),
  ...Object.entries(refusals).map(([name, error]) =>
    defineRoute({
      method: 'get',
      path: `/${name}`,
      summary: 'x',
      access: 'public',
      replies: { 204: null },
      handle() {
        throw error;
      },
    }),
  ),
]);

beforeEach(() => (entries.length = 0));

/** The last line, which is the one about the whole request. */
async function lineOf(path: string, headers: Record<string, string> = {}) {
  await request(app).get(path).set(headers);
  await expect.poll(() => entries.at(-1)).toHaveProperty('httpRequest');
  return entries.at(-1) ?? { message: '' };
}

test('the line of a request says from which network it comes, whatever the client says of that', async () => {
  const line = await lineOf('/mine', { Authorization: 'Bearer ana', 'X-Forwarded-For': '198.51.100.7' });
  expect(line).toMatchObject({ severity: 'INFO', client: '127.0.0.0/24' });
  expect(line).not.toHaveProperty('reason');
  expect(JSON.stringify(entries)).not.toMatch(/198\.51\.100|Bearer/);
});

test('a refusal says why: no credentials, bad ones, or what the refusal itself names', async () => {
  expect(await lineOf('/mine')).toMatchObject({ code: 'unauthenticated', reason: 'no-credentials' });
  const forged = await lineOf('/mine', { Authorization: 'Bearer s3cret' });
  expect(forged).toMatchObject({ code: 'unauthenticated', reason: 'token-unknown', client: '127.0.0.0/24' });
  expect(JSON.stringify(forged)).not.toContain('s3cret');
  expect(await lineOf('/foreign')).toMatchObject({ code: 'cross-site-request', reason: 'cross-site' });
});

test('a reason that was found out before the refusal stays', async () => {
  expect(await lineOf('/ended')).toMatchObject({ code: 'unauthenticated', reason: 'session-idle' });
});

test('a full account is no fault of ours: one line, and no alarm', async () => {
  expect(await lineOf('/full')).toMatchObject({ severity: 'INFO', code: 'quota-exceeded' });
  expect(entries).toHaveLength(1);
  expect(await lineOf('/broken')).toMatchObject({ severity: 'WARNING', code: 'internal' });
  expect(entries.at(-2)).toMatchObject({ severity: 'ERROR', client: '127.0.0.0/24' });
});
