import { SignJWT, type JSONWebKeySet } from 'jose';
import type { Clock } from '../../clock.ts';
import { CloudError } from '../cloud-error.ts';
import type { IssuerKey } from './key-file.ts';

/** Whom the tokens are for. */
const AUDIENCE = 'photo-timeline';

/** How long a token is good, in seconds: an hour, as with Firebase and Google. */
const LIFETIME = 3600;

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
  /** An ID token for anybody who gives a name; INVALID_ARGUMENT when that is no text of 1 to 255 characters. */
  mint(name: unknown): Promise<MintedToken>;
}

/** The rules of the stand-in issuer: it believes every name. */
export function createIssuer({ clock }: { clock: Clock }, url: string, { privateKey, publicKey }: IssuerKey): Issuer {
  const { alg = 'ES256', kid = '' } = publicKey;
  return {
    url,
    keySet: { keys: [publicKey] },
    async mint(name) {
      const subject = checkedName(name);
      const issuedAt = Math.floor(clock.now() / 1000);
      const token = await new SignJWT({ preferred_username: subject, auth_time: issuedAt })
        .setProtectedHeader({ alg, kid, typ: 'JWT' })
        .setIssuer(url)
        .setAudience(AUDIENCE)
        .setSubject(subject)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + LIFETIME)
        .sign(privateKey);
      return { token, expiresIn: LIFETIME };
    },
  };
}

function checkedName(name: unknown): string {
  if (typeof name === 'string' && name !== '' && name.length <= LONGEST_NAME) return name;
  throw new CloudError('INVALID_ARGUMENT', `The name must be a text of 1 to ${LONGEST_NAME} characters.`);
}
