import type { JSONWebKeySet, JWTPayload, JWK } from 'jose';
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import { CloudError } from '../cloud-error.ts';
import { join } from 'node:path';
import { readOrCreateFile } from '../owner-file.ts';

/** The audience of the tokens. */
const AUDIENCE = 'photo-timeline';

/** How long a token is good, in seconds: an hour, as with Firebase and Google. */
const LIFETIME_SECONDS = 3600;

/** The longest subject of an ID token (OpenID Connect Core 1.0, section 2). */
const LONGEST_NAME = 255;

/** The header `typ` of a token says what it is for, so that no kind passes for another. `JWT` is an ID token. */
export type TokenKind = 'JWT' | 'code+jwt' | 'at+jwt' | 'refresh+jwt';

/** What a token says, with its subject and its audience. */
type TokenClaims = JWTPayload & { sub: string; aud: string };

/** An ID token and the seconds until it expires. */
export interface MintedToken {
  token: string;
  expiresIn: number;
}

export interface Issuer {
  /** Its URL, the `iss` of its tokens. */
  url: string;
  /** The public half of the key, as `/jwks` shows it. */
  keySet: JSONWebKeySet;
  /**
   * Makes an ID token for any name.
   * @throws CloudError INVALID_ARGUMENT unless the name is a text of 1 to 255 characters
   */
  mint(name: unknown): Promise<MintedToken>;
  /** The ID token of a service account, as Cloud Tasks sends it along with tasks that ask for one. */
  mintForAccount(email: string, audience: string): Promise<string>;
  /** Makes a token of any kind. It lasts an hour unless `lifetimeSeconds` is given. */
  sign(kind: TokenKind, claims: TokenClaims, lifetimeSeconds?: number): Promise<string>;
  /** Reads a token of this kind that this issuer has made. Returns undefined for any other and for an expired one. */
  read(kind: TokenKind, token: string): Promise<JWTPayload | undefined>;
  /** The time now, in seconds since the Unix epoch. */
  seconds(): number;
}

/** The rules of the stand-in issuer: it accepts every name. */
export function createIssuer({ clock }: { clock: Clock }, url: string, { privateKey, publicKey }: IssuerKey): Issuer {
  const { alg = 'ES256', kid = '' } = publicKey;
  const seconds = () => Math.floor(clock.now() / 1000);
  const verifyingKey = createPublicKey(privateKey);
  const sign = async (typ: TokenKind, claims: TokenClaims, lifetimeSeconds = LIFETIME_SECONDS) => {
    // Loaded with the first token: a start does not need it.
    const { SignJWT } = await import('jose');
    const issuedAt = seconds();
    return new SignJWT(claims)
      .setProtectedHeader({ alg, kid, typ })
      .setIssuer(url)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetimeSeconds)
      .sign(privateKey);
  };
  return {
    url,
    keySet: { keys: [publicKey] },
    async mint(name) {
      const subject = checkedName(name);
      const claims = { sub: subject, aud: AUDIENCE, preferred_username: subject, auth_time: seconds() };
      const token = await sign('JWT', claims);
      return { token, expiresIn: LIFETIME_SECONDS };
    },
    mintForAccount(email, audience) {
      const subject = accountId(email);
      return sign('JWT', { sub: subject, aud: audience, azp: subject, email, email_verified: true });
    },
    sign,
    async read(typ, token) {
      const { jwtVerify, errors } = await import('jose');
      const options = { typ, issuer: url, algorithms: [alg], currentDate: new Date(clock.now()) };
      try {
        return (await jwtVerify(token, verifyingKey, options)).payload;
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
    seconds,
  };
}

/** Google knows a service account by a number of 21 digits; ours is always the same one for the same address. */
function accountId(email: string): string {
  const digest = createHash('sha256').update(email).digest('hex');
  return `1${BigInt(`0x${digest}`).toString().slice(0, 20)}`;
}

/** @throws CloudError INVALID_ARGUMENT */
export function checkedName(name: unknown): string {
  if (typeof name === 'string' && name !== '' && name.length <= LONGEST_NAME) return name;
  throw new CloudError('INVALID_ARGUMENT', `The name must be a text of 1 to ${LONGEST_NAME} characters.`);
}

/** The key of the issuer: the half that signs, and the half that is shown, with its `alg` and `kid`. */
interface IssuerKey {
  privateKey: KeyObject;
  publicKey: JWK;
}

/** Reads the key (ES256) from `identity.json` below `dataDir`, or makes it there, so that tokens outlive a restart. */
export async function readOrCreateKey(dataDir: string): Promise<IssuerKey> {
  const text = await readOrCreateFile(join(dataDir, 'identity.json'), async () => JSON.stringify(newKey()));
  const key = JSON.parse(text) as JWK;
  const { d: _secret, ...publicKey } = key;
  return { privateKey: createPrivateKey({ key, format: 'jwk' }), publicKey };
}

function newKey(): JWK {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ format: 'jwk' }) as JWK;
  return { ...key, alg: 'ES256', use: 'sig', kid: thumbprint(key) };
}

/** RFC 7638, section 3. */
function thumbprint({ crv, kty, x, y }: JWK): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}
