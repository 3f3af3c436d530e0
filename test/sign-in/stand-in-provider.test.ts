import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startIdentity, type IdentityService } from '../../src/local-cloud/identity/index.ts';
import { startSingleService, type SingleService } from '../support/single-service.ts';

/** The clients below read the time of this machine. */
const START = Date.now();
const REDIRECT = 'http://127.0.0.1:4000/callback';

let single: SingleService<IdentityService>;
let issuer: URL;

beforeAll(async () => {
  single = await startSingleService(startIdentity, { startMs: START });
  issuer = new URL(single.service.issuer);
});
afterAll(() => single.stop());

/** What a person does at the provider: sends the form of the page. Returns where the browser is sent. */
async function enter(url: URL, fields: Record<string, string>): Promise<URL> {
  const form = await fetch(url);
  expect([form.status, await form.text()]).toEqual([200, expect.stringContaining('name="name"')]);
  const reply = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  expect(reply.status).toBe(303);
  return new URL(reply.headers.get('location') ?? '');
}

const discover = () =>
  openid.discovery(issuer, 'photos', undefined, openid.None(), { execute: [openid.allowInsecureRequests] });

test('openid-client signs in with PKCE, asks for userinfo, refreshes and signs out', async () => {
  const config = await discover();
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()];
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT,
    scope: 'openid',
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  const callback = await enter(url, { name: 'Ana Maria' });
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
  const tokens = await openid.authorizationCodeGrant(config, callback, checks);
  expect(tokens.claims()).toMatchObject({ sub: 'Ana Maria', aud: 'photos', auth_time: Math.floor(START / 1000) });
  await expect(openid.authorizationCodeGrant(config, callback, checks)).rejects.toMatchObject({
    error: 'invalid_grant',
  });

  expect(await openid.fetchUserInfo(config, tokens.access_token, 'Ana Maria')).toMatchObject({ sub: 'Ana Maria' });
  const again = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
  expect(again.claims()).toMatchObject({ sub: 'Ana Maria', aud: 'photos' });
  await expect(openid.refreshTokenGrant(config, tokens.id_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });

  const leave = { post_logout_redirect_uri: REDIRECT, id_token_hint: tokens.id_token ?? '', state: 'done' };
  const left = await fetch(openid.buildEndSessionUrl(config, leave), { redirect: 'manual' });
  expect(left.headers.get('location')).toBe(`${REDIRECT}?state=done`);
});

test('oauth4webapi signs in, and verifies the signature of the ID token', async () => {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const found = await oauth.discoveryRequest(issuer, insecure);
  const server = await oauth.processDiscoveryResponse(issuer, found);
  const client = { client_id: 'photos' };
  const verifier = oauth.generateRandomCodeVerifier();
  const url = new URL(server.authorization_endpoint ?? '');
  url.search = new URLSearchParams({
    client_id: 'photos',
    redirect_uri: 'com.example.photos:/callback',
    response_type: 'code',
    scope: 'openid',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString();
  const answer = oauth.validateAuthResponse(server, client, await enter(url, { name: 'bea' }), oauth.expectNoState);
  const granted = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    // Any secret of a client counts.
    oauth.ClientSecretBasic('a secret: 100%'),
    answer,
    'com.example.photos:/callback',
    verifier,
    insecure,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, granted, { requireIdToken: true });
  await oauth.validateApplicationLevelSignature(server, granted, insecure);
  expect(oauth.getValidatedIdTokenClaims(tokens)?.sub).toBe('bea');
});

const good = {
  client_id: 'photos',
  redirect_uri: REDIRECT,
  response_type: 'code',
  scope: 'openid',
  state: 's',
  code_challenge: 'x'.repeat(43),
  code_challenge_method: 'S256',
};

const authorizeUrl = (changed: Record<string, string>) =>
  new URL(`/authorize?${new URLSearchParams({ ...good, ...changed }).toString()}`, issuer);

test('the browser is sent to no other machine', async () => {
  const elsewhere = [
    'https://evil.example/',
    'http://localhost.evil.example/',
    'javascript:alert(1)',
    '//evil.example',
    '',
  ];
  for (const redirect_uri of elsewhere) {
    const reply = await fetch(authorizeUrl({ redirect_uri }), { redirect: 'manual' });
    expect({ redirect_uri, status: reply.status }).toEqual({ redirect_uri, status: 400 });
  }
  const logout = new URL('/end-session?client_id=photos&post_logout_redirect_uri=https://evil.example/', issuer);
  expect((await fetch(logout, { redirect: 'manual' })).status).toBe(200);
});

test.each([
  ['response_type', 'token', 'unsupported_response_type'],
  ['response_mode', 'form_post', 'invalid_request'],
  ['scope', 'profile', 'invalid_scope'],
  ['code_challenge_method', 'plain', 'invalid_request'],
  ['prompt', 'none', 'login_required'],
  ['request', 'x', 'request_not_supported'],
])('a request with the %s %s goes back with the error %s', async (name, value, error) => {
  const reply = await fetch(authorizeUrl({ [name]: value }), { redirect: 'manual' });
  const location = new URL(reply.headers.get('location') ?? '');
  expect(Object.fromEntries(location.searchParams)).toMatchObject({ error, state: 's', iss: single.service.issuer });
});

test('a cancelled form goes back as denied, and the page of another site cannot send the form', async () => {
  expect((await enter(authorizeUrl({}), { act: 'cancel' })).searchParams.get('error')).toBe('access_denied');
  const body = new URLSearchParams({ name: 'eve' });
  const headers = { Origin: 'https://evil.example' };
  expect((await fetch(authorizeUrl({}), { method: 'POST', body, headers })).status).toBe(403);
});

test('a code counts for its client, its address, its verifier and a minute alone', async () => {
  const verifier = openid.randomPKCECodeVerifier();
  const code_challenge = await openid.calculatePKCECodeChallenge(verifier);
  const code = (await enter(authorizeUrl({ code_challenge }), { name: 'cleo' })).searchParams.get('code') ?? '';
  const fields = {
    grant_type: 'authorization_code',
    code,
    client_id: 'photos',
    redirect_uri: REDIRECT,
    code_verifier: verifier,
  };
  const ask = async (changed: Record<string, string>) => {
    const body = new URLSearchParams({ ...fields, ...changed });
    const reply = await fetch(new URL('/token', issuer), { method: 'POST', body });
    return { status: reply.status, ...((await reply.json()) as { error?: string }) };
  };
  const wrong = [
    { client_id: 'other' },
    { redirect_uri: `${REDIRECT}2` },
    { code_verifier: 'x'.repeat(43) },
    { code: 'x' },
  ];
  for (const changed of wrong) expect(await ask(changed)).toMatchObject({ status: 400, error: 'invalid_grant' });
  expect(await ask({ grant_type: 'password' })).toMatchObject({ status: 400, error: 'unsupported_grant_type' });
  single.clock.advance(61_000);
  expect(await ask({})).toMatchObject({ status: 400, error: 'invalid_grant' });
  const refused = await fetch(new URL('/userinfo', issuer), { headers: { Authorization: `Bearer ${code}` } });
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"']);
});

test('an address that is taken is left for a free one where that is allowed', async () => {
  const { port } = single.service;
  const taken = (orFreePort: boolean) =>
    startSingleService((ground) => startIdentity({ ...ground, port, orFreePort }), { startMs: START });
  await expect(taken(false)).rejects.toThrow('EADDRINUSE');
  const second = await taken(true);
  expect(second.service.port).not.toBe(port);
  await second.stop();
});
