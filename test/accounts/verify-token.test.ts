import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { manualClock, type ManualClock } from '../../src/runtime/clock.ts';
import { trustedIssuers } from '../../src/features/accounts/trusted-issuers.ts';
import { createTokenVerifier, type TokenVerifier } from '../../src/features/accounts/verify-token.ts';
import { newKey, signToken, startTestIssuer, type TestIssuer, type TestKey } from './test-issuer.ts';

const START = Date.UTC(2026, 10, 21, 4, 0);
const NOW = START / 1000;
const INVALID = { code: 'unauthenticated', headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } };

let clock: ManualClock;
let issuer: TestIssuer;
let verifier: TokenVerifier;

beforeEach(async () => {
  clock = manualClock(START);
  issuer = await startTestIssuer();
  verifier = verifierOf(issuer);
});

afterEach(async () => {
  vi.useRealTimers();
  await issuer.stop();
});

const verifierOf = (...issuers: TestIssuer[]) =>
  createTokenVerifier(
    { clock },
    trustedIssuers({
      kind: 'issuers',
      issuers: issuers.map(({ url }) => ({ kind: 'oidc', issuer: url, audience: 'us' })),
    }),
  );

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The bytes of the signature of a token. */
const decoded = (token: string) => Buffer.from(token.split('.')[2] ?? '', 'base64url');

const goodClaims = (): JWTPayload => ({ iss: issuer.url, aud: 'us', sub: 'ana', iat: NOW, exp: NOW + 3600 });

const firstKey = ({ keys }: TestIssuer) => keys[0] as TestKey;

const tokenWith = (claims: JWTPayload = {}) => signToken(firstKey(issuer), { ...goodClaims(), ...claims });

describe('a token', () => {
  test('a valid token gives issuer, subject and wished name', async () => {
    const token = await tokenWith({ preferred_username: 'Ana' });
    const known = { issuer: issuer.url, subject: 'ana', name: 'Ana', authenticatedAt: START };
    expect(await verifier.verify(token)).toEqual(known);
  });

  test('a token gives the time of the sign-in: auth_time, else its issue, and never later than its issue', async () => {
    const signedInAt = async (claims: JWTPayload) => (await verifier.verify(await tokenWith(claims))).authenticatedAt;
    expect(await signedInAt({ auth_time: NOW - 1800 })).toBe(START - 1_800_000);
    expect(await signedInAt({ iat: NOW - 60 })).toBe(START - 60_000);
    for (const auth_time of ['soon', -5, NOW + 3600, null, [NOW]]) {
      expect(await signedInAt({ iat: NOW - 60, auth_time })).toBe(START - 60_000);
    }
  });

  test.each<[string, unknown]>([
    ['two addresses', 'one@example.com, two@example.com'],
    ['a header behind the address', 'ana@example.com\r\nBcc: eve@example.com'],
    ['a control character', 'ana\u0000@example.com'],
    ['a name around the address', 'Ana <ana@example.com>'],
    ['a group', 'all:ana@example.com;'],
    ['a letter that only looks like k', 'mar\u212a@example.com'],
    ['no address', 'ana'],
    ['a list', ['ana@example.com']],
  ])('a token with %s as its e-mail is accepted without an address', async (_what, email) => {
    const known = await verifier.verify(await tokenWith({ email, email_verified: true }));
    expect(known).toMatchObject({ subject: 'ana', email: undefined });
  });

  test('a token gives an address only if its issuer has verified it', async () => {
    const emailOf = async (claims: JWTPayload) => (await verifier.verify(await tokenWith(claims))).email;
    expect(await emailOf({ email: 'ana@example.com', email_verified: true })).toBe('ana@example.com');
    expect(await emailOf({ email: 'ana@example.com', email_verified: false })).toBeUndefined();
    expect(await emailOf({ email: 'ana@example.com' })).toBeUndefined();
    expect(await emailOf({ email: `${'x'.repeat(250)}@example.com`, email_verified: true })).toBeUndefined();
  });

  test('a token with a name that is no text has no name', async () => {
    expect(await verifier.verify(await tokenWith({ preferred_username: 7 }))).toMatchObject({ name: undefined });
  });

  test.each<[string, JWTPayload]>([
    ['for another audience', { aud: 'them' }],
    ['for no audience', { aud: [] }],
    ['of another issuer', { iss: 'https://elsewhere.example' }],
    ['of no issuer', { iss: '' }],
    ['about no subject', { sub: '' }],
    ['about a number', { sub: 7 as unknown as string }],
    ['about a list', { sub: ['ana'] as unknown as string }],
    ['about a text with a control character', { sub: 'ana\u0007' }],
    ['about a text of more than 255 characters', { sub: 'x'.repeat(256) }],
    ['that expired half a minute ago', { iat: NOW - 3600, exp: NOW - 31 }],
    ['that was issued more than a day ago', { iat: NOW - 24 * 3600 - 31 }],
    ['from the future', { iat: NOW + 31 }],
    ['that is not good yet', { nbf: NOW + 31 }],
  ])('%s is refused', async (_what, claims) => {
    await expect(verifier.verify(await tokenWith(claims))).rejects.toMatchObject(INVALID);
  });

  test.each(['iss', 'aud', 'sub', 'iat', 'exp'])('without %s is refused', async (claim) => {
    const { [claim]: _left, ...claims } = goodClaims();
    await expect(verifier.verify(await signToken(firstKey(issuer), claims))).rejects.toMatchObject(INVALID);
  });

  test('a token of a clock that differs by half a minute is accepted', async () => {
    await verifier.verify(await tokenWith({ iat: NOW - 3600, exp: NOW - 29 }));
    await verifier.verify(await tokenWith({ iat: NOW + 29, nbf: NOW + 29 }));
  });

  test('for several audiences is taken when one of them is ours', async () => {
    await verifier.verify(await tokenWith({ aud: ['them', 'us'] }));
  });

  test('a text that is no token is refused', async () => {
    for (const text of ['', '123', 'a.b.c', 'ey.ey.ey', `${await tokenWith()}.more`, 'x'.repeat(100_000)]) {
      await expect(verifier.verify(text)).rejects.toMatchObject(INVALID);
    }
  });

  test('a token that is encoded in another way than by its issuer is refused', async () => {
    const token = await tokenWith();
    const last = token.at(-1) ?? '';
    // 64 bytes fill 85 characters and two bits of the next one: its other four bits say nothing.
    const twin = ALPHABET[ALPHABET.indexOf(last) ^ 1] ?? '';
    const spellings = [`${token}=`, `${token}==`, token.replace('.', '=.'), `${token.slice(0, -1)}${twin}`];
    expect(spellings.map((text) => decoded(text).equals(decoded(token)))).toEqual([true, true, true, true]);
    for (const text of spellings) await expect(verifier.verify(text)).rejects.toMatchObject(INVALID);
    await verifier.verify(token);
  });
});

describe('a forged token', () => {
  test('a token without a signature is refused', async () => {
    await expect(verifier.verify(new UnsecuredJWT(goodClaims()).encode())).rejects.toMatchObject(INVALID);
  });

  test('a token signed by another key under the same name is refused', async () => {
    const forged = { ...(await newKey()), kid: firstKey(issuer).kid };
    await expect(verifier.verify(await signToken(forged, goodClaims()))).rejects.toMatchObject(INVALID);
  });

  test('a token signed with the public key as a shared secret is refused', async () => {
    const { publicKey, kid } = firstKey(issuer);
    const secret = new TextEncoder().encode(JSON.stringify(publicKey));
    const forged = await new SignJWT(goodClaims()).setProtectedHeader({ alg: 'HS256', kid }).sign(secret);
    await expect(verifier.verify(forged)).rejects.toMatchObject(INVALID);
  });

  test('a token is refused after any change of its claims', async () => {
    const [head, body, signature] = (await tokenWith()).split('.');
    const claims = JSON.parse(Buffer.from(body ?? '', 'base64url').toString()) as JWTPayload;
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'eve' })).toString('base64url');
    await expect(verifier.verify([head, changed, signature].join('.'))).rejects.toMatchObject(INVALID);
  });

  test('a token of one trusted issuer in the name of another is refused', async () => {
    const other = await startTestIssuer();
    const token = await signToken(firstKey(other), goodClaims());
    await expect(verifierOf(issuer, other).verify(token)).rejects.toMatchObject(INVALID);
    await other.stop();
  });
});

describe('what was verified', () => {
  test('a verified token is not verified again, and expires on time', async () => {
    const token = await tokenWith({ exp: NOW + 60 });
    await Promise.all([verifier.verify(token), verifier.verify(token)]);
    clock.advance(59_000);
    await verifier.verify(token);
    expect(issuer.fetches).toBe(1);
    clock.advance(60_000);
    await expect(verifier.verify(token)).rejects.toMatchObject(INVALID);
  });

  test('in one place does not count in another', async () => {
    const token = await tokenWith();
    await verifier.verify(token);
    await expect(verifier.verify(token, 'iap')).rejects.toMatchObject(INVALID);
    expect(verifier.reads('iap')).toBe(false);
  });
});

describe('the keys of an issuer', () => {
  test('keys of an issuer are fetched again when they have changed, but not for every forged token', async () => {
    await verifier.verify(await tokenWith());
    issuer.keys = [await newKey()];
    const fresh = await tokenWith();
    await expect(verifier.verify(fresh)).rejects.toMatchObject(INVALID);
    expect(issuer.fetches).toBe(1);
    // The key set measures its pause of 30 s with the machine's clock.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
    await verifier.verify(fresh);
    expect(issuer.fetches).toBe(2);
  });

  test('sign in every algorithm that is as good as RS256', async () => {
    issuer.keys = await Promise.all(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'].map(newKey));
    for (const key of issuer.keys) await verifier.verify(await signToken(key, goodClaims()));
  });

  test('sign in no other algorithm, even if the issuer shows such a key', async () => {
    issuer.keys = [await newKey('RS512')];
    await expect(verifier.verify(await tokenWith())).rejects.toMatchObject(INVALID);
  });

  test('keys that cannot be fetched are no fault of the token, and are fetched again later', async () => {
    issuer.broken = true;
    const token = await tokenWith();
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'unavailable' });
    issuer.broken = false;
    await verifier.verify(token);
  });

  test.each(['http://keys.example/jwks', 'ftp://127.0.0.1/jwks', 'http://127.0.0.1.example/jwks'])(
    'keys of an issuer are not fetched from %s, without TLS',
    async (jwksUri) => {
      issuer.metadata = { ...issuer.metadata, jwks_uri: jwksUri };
      const refused = verifier.verify(await tokenWith());
      await expect(refused).rejects.toMatchObject({
        code: 'unavailable',
        cause: { message: expect.stringContaining('over TLS') },
      });
    },
  );

  test('keys are not taken from a discovery document of another issuer', async () => {
    issuer.metadata = { ...issuer.metadata, issuer: 'https://elsewhere.example' };
    await expect(verifier.verify(await tokenWith())).rejects.toMatchObject({ code: 'unavailable' });
    expect(issuer.fetches).toBe(0);
  });
});
