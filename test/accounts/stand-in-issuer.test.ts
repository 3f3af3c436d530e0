import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startIdentity, type IdentityService } from '../../src/local-cloud/identity/index.ts';
import { LocalToken } from '../../src/features/accounts/local-routes.ts';
import { checked } from '../support/checked.ts';
import { startSingleService, type SingleService } from '../support/single-service.ts';

const START = Date.UTC(2026, 10, 21, 4, 0);
let single: SingleService<IdentityService>;
let identity: IdentityService;

beforeEach(async () => {
  single = await startSingleService(startIdentity, { startMs: START });
  identity = single.service;
});

afterEach(() => single.stop());

const askForToken = (body: string, type = 'application/json') =>
  fetch(`${identity.issuer}/token`, { method: 'POST', headers: { 'Content-Type': type }, body });

test('a token says who issued it, for whom, about whom and until when', async () => {
  const { token, expiresIn } = await identity.mint('poobyj');
  expect(expiresIn).toBe(3600);
  expect(decodeJwt(token)).toEqual({
    iss: identity.issuer,
    aud: 'photo-timeline',
    sub: 'poobyj',
    preferred_username: 'poobyj',
    auth_time: START / 1000,
    iat: START / 1000,
    exp: START / 1000 + 3600,
  });
});

test('a token asked for over HTTP verifies with the keys that discovery names', async () => {
  const discovery = await fetch(`${identity.issuer}/.well-known/openid-configuration`);
  const metadata = (await discovery.json()) as { issuer: string; jwks_uri: string };
  expect(metadata.issuer).toBe(`http://127.0.0.1:${identity.port}`);
  const { token } = checked(LocalToken, await (await askForToken('{"name":"ana"}')).json());
  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
  const { payload } = await jwtVerify(token, keys, { issuer: metadata.issuer, currentDate: new Date(START) });
  expect(payload.sub).toBe('ana');
});

test('the key set holds no private part', async () => {
  const { keys } = (await (await fetch(`${identity.issuer}/jwks`)).json()) as { keys: object[] };
  expect(keys).toHaveLength(1);
  expect(keys[0]).not.toHaveProperty('d');
});

test('a token outlives a restart', async () => {
  const { token } = await identity.mint('ana');
  await single.restart();
  identity = single.service;
  const keys = createRemoteJWKSet(new URL(`${identity.issuer}/jwks`));
  await jwtVerify(token, keys, { currentDate: new Date(START) });
});

test('the key file is for its owner alone', async () => {
  const { mode } = await stat(join(single.dataDir, 'identity.json'));
  expect(mode & 0o777).toBe(0o600);
});

test('a body without a name in JSON is refused with the reason', async () => {
  for (const body of ['', '{', '[]', 'null', '{"name":""}', '{"name":7}', `{"name":"${'x'.repeat(256)}"}`]) {
    const response = await askForToken(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_request' });
  }
  expect((await askForToken(`{"name":"${'x'.repeat(5000)}"}`)).status).toBe(400);
});

test('a form that another site could send gets no token', async () => {
  expect((await askForToken('{"name":"ana"}', 'text/plain')).status).toBe(400);
  expect((await fetch(`${identity.issuer}/token`, { method: 'OPTIONS' })).status).toBe(404);
});
