import type { JSONWebKeySet, JWTPayload, JWK } from 'jose';
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
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
}

/** The rules of the stand-in issuer: it accepts every name. */
export function createIssuer({ clock }: { clock: Clock }, url: string, { privateKey, publicKey }: IssuerKey): Issuer {
  const { alg = 'ES256', kid = '' } = publicKey;
  const seconds = () => Math.floor(clock.now() / 1000);
  const sign = async (subject: string, audience: string, claims: JWTPayload) => {
    // Loaded with the first token: a start does not need it.
    const { SignJWT } = await import('jose');
    const issuedAt = seconds();
    return new SignJWT(claims)
      .setProtectedHeader({ alg, kid, typ: 'JWT' })
      .setIssuer(url)
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + LIFETIME_SECONDS)
      .sign(privateKey);
  };
  return {
    url,
    keySet: { keys: [publicKey] },
    async mint(name) {
      const subject = checkedName(name);
      const token = await sign(subject, AUDIENCE, { preferred_username: subject, auth_time: seconds() });
      return { token, expiresIn: LIFETIME_SECONDS };
    },
    mintForAccount(email, audience) {
      const subject = accountId(email);
      return sign(subject, audience, { azp: subject, email, email_verified: true });
    },
  };
}

/** Google knows a service account by a number of 21 digits; ours is always the same one for the same address. */
function accountId(email: string): string {
  const digest = createHash('sha256').update(email).digest('hex');
  return `1${BigInt(`0x${digest}`).toString().slice(0, 20)}`;
}

function checkedName(name: unknown): string {
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
