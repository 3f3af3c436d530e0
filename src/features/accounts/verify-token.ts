import { decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { createHash } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import { InvalidToken, type AppError } from '../../runtime/errors.ts';
import { isOneAddress } from '../../mail/one-address.ts';
import { ExpiringCache } from './expiring-cache.ts';
import { issuerKeys } from './issuer-keys.ts';
import type { TokenPlace, TrustedIssuer } from './trusted-issuers.ts';

/** Whom a token speaks of. Issuer and subject together never change hands; the name is a wish at best. */
export interface Identity {
  issuer: string;
  subject: string;
  name?: string | undefined;
  /** One address that the issuer has verified. */
  email?: string | undefined;
  /** The domain of the organisation that Google says the user belongs to (claim `hd`), in lower case. */
  hostedDomain?: string | undefined;
}

/** An identity as a token shows it. */
export interface ShownIdentity extends Identity {
  /** When the person signed in at the issuer, in milliseconds since the Unix epoch. */
  authenticatedAt: number;
}

/** Finds out whom ID tokens speak of. */
export interface TokenVerifier {
  /** Whether tokens are looked for in this place. */
  reads(place: TokenPlace): boolean;
  /**
   * Whom a token speaks of. Rejects with AppError: `unauthenticated` when the token is no good, `unavailable` when the
   * keys of its issuer cannot be had.
   */
  verify(token: string, place?: TokenPlace): Promise<ShownIdentity>;
}

/** Seconds by which an issuer's clock may differ from ours. */
const CLOCK_TOLERANCE = 30;

/** The oldest token that is taken, in seconds after its issue, whatever it says itself. */
const OLDEST_TOKEN = 24 * 3600;

/** A token is looked at again after so many milliseconds, so that a key that its issuer gave up ends soon. */
const TRUST = 5 * 60_000;

const REMEMBERED_TOKENS = 10_000;

/** No ID token comes near this length; longer ones are not even decoded. */
const LONGEST_TOKEN = 16_384;

/** Of a subject, in ASCII characters (OpenID Connect Core 1.0, section 2). */
const LONGEST_SUBJECT = 255;

type Verifier = TrustedIssuer & { keys: JWTVerifyGetKey };

/** Verifies tokens of these issuers. What it has verified it remembers for a while. */
export function createTokenVerifier({ clock }: { clock: Clock }, issuers: TrustedIssuer[]): TokenVerifier {
  const verifiers = issuers.map((issuer): Verifier => ({ ...issuer, keys: issuerKeys(issuer) }));
  const verified = new ExpiringCache<ShownIdentity>({ clock }, REMEMBERED_TOKENS);
  return {
    reads: (place) => verifiers.some((verifier) => verifier.place === place),
    verify: (token, place = 'bearer') =>
      verified.get(`${place} ${createHash('sha256').update(token).digest('base64url')}`, async () => {
        const { identity, expiresAt } = await verify(clock, verifierFor(verifiers, place, token), token);
        return { value: identity, until: Math.min(expiresAt, clock.now() + TRUST) };
      }),
  };
}

function verifierFor(verifiers: Verifier[], place: TokenPlace, token: string): Verifier {
  if (token.length > LONGEST_TOKEN || !isCanonical(token)) throw invalidToken('It is damaged.', 'token-malformed');
  const issuer = claimedIssuer(token);
  const verifier = verifiers.find((one) => one.place === place && one.spellings.includes(issuer ?? ''));
  if (!verifier) throw invalidToken('It is not of an issuer that is trusted here.', 'token-issuer');
  return verifier;
}

/**
 * Whether a token is spelled as its issuer spells it: base64url without padding (RFC 7515, section 2) and without stray
 * bits. Decoders take other spellings too, and one token would then be many.
 */
function isCanonical(token: string): boolean {
  const parts = token.split('.');
  return parts.length === 3 && parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

/** Only says whose keys to try: nothing is believed before the signature holds. */
function claimedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

async function verify(clock: Clock, issuer: Verifier, token: string) {
  const { payload } = await jwtVerify(token, issuer.keys, {
    issuer: issuer.spellings,
    audience: issuer.audience,
    algorithms: issuer.algorithms,
    clockTolerance: CLOCK_TOLERANCE,
    maxTokenAge: OLDEST_TOKEN,
    requiredClaims: ['sub', 'exp'],
    currentDate: new Date(clock.now()),
  }).catch((cause: unknown) => {
    throw cause instanceof errors.JOSEError ? refusalOf(cause) : cause;
  });
  return { identity: identityOf(issuer, payload), expiresAt: (payload.exp ?? 0) * 1000 };
}

function identityOf({ name: issuer }: TrustedIssuer, payload: JWTPayload): ShownIdentity {
  const { sub, preferred_username: name, email, email_verified: verified, hd } = payload;
  // `sub` is what the issuer sent, whatever its type says.
  if (!isSubject(sub)) throw invalidToken('Its claim sub is not as it must be.', 'token-sub');
  return {
    issuer,
    subject: sub,
    name: typeof name === 'string' ? name : undefined,
    // An address that is none is dropped: accounts hang on the subject, and their owners are not to be shut out.
    email: verified === true && typeof email === 'string' && isOneAddress(email) ? email : undefined,
    hostedDomain: typeof hd === 'string' ? hd.toLowerCase() : undefined,
    authenticatedAt: signInTime(payload) * 1000,
  };
}

const isSubject = (sub: unknown): sub is string =>
  typeof sub === 'string' && sub !== '' && sub.length <= LONGEST_SUBJECT && !/\p{Cc}/u.test(sub);

/** `auth_time` where the issuer tells it (OpenID Connect Core 1.0, section 2), else the time of issue, in seconds. */
function signInTime({ auth_time: told, iat = 0 }: JWTPayload): number {
  return typeof told === 'number' && told > 0 && told < iat ? told : iat;
}

function refusalOf(error: errors.JOSEError): AppError {
  if (error instanceof errors.JWTExpired) {
    return invalidToken('It has expired: get a fresh one.', 'token-expired', error);
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return invalidToken(`Its claim ${error.claim} is not as it must be.`, `token-${error.claim}`, error);
  }
  return invalidToken('It is damaged, or its signature is by no key of its issuer.', 'token-signature', error);
}

/** RFC 6750, section 3.1. */
const invalidToken = (detail: string, reason: string, cause?: unknown) =>
  new InvalidToken('unauthenticated', `The token is not valid. ${detail}`, {
    cause,
    reason,
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  });
