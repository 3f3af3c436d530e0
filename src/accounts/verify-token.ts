import { decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { InvalidToken } from '../http/errors.ts';
import { ExpiringCache } from './expiring-cache.ts';
import { issuerKeys } from './issuer-keys.ts';
import type { TokenPlace, TrustedIssuer } from './trusted-issuers.ts';

/** Whom a token speaks of. Issuer and subject together never change hands; the name is a wish at best. */
export interface Identity {
  issuer: string;
  subject: string;
  name?: string | undefined;
  /** An address that the issuer has verified. */
  email?: string | undefined;
}

/** Finds out whom ID tokens speak of. */
export interface TokenVerifier {
  /** Whether tokens are looked for in this place. */
  reads(place: TokenPlace): boolean;
  /**
   * Whom a token speaks of. Rejects with AppError: `unauthenticated` when the token is no good, `unavailable` when the
   * keys of its issuer cannot be had.
   */
  verify(token: string, place?: TokenPlace): Promise<Identity>;
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

/** Of an e-mail address, in octets (RFC 5321, section 4.5.3.1.3, without the angle brackets). */
const LONGEST_ADDRESS = 254;

type Verifier = TrustedIssuer & { keys: JWTVerifyGetKey };

/** Verifies tokens of these issuers. What it has verified it remembers for a while. */
export function createTokenVerifier({ clock }: { clock: Clock }, issuers: TrustedIssuer[]): TokenVerifier {
  const verifiers = issuers.map((issuer): Verifier => ({ ...issuer, keys: issuerKeys(issuer) }));
  const verified = new ExpiringCache<Identity>({ clock }, REMEMBERED_TOKENS);
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
  const issuer = token.length <= LONGEST_TOKEN ? claimedIssuer(token) : undefined;
  const verifier = verifiers.find((one) => one.place === place && one.spellings.includes(issuer ?? ''));
  if (!verifier) throw invalidToken('It is not of an issuer that is trusted here.');
  return verifier;
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
    throw cause instanceof errors.JOSEError ? invalidToken(reasonOf(cause), cause) : cause;
  });
  return { identity: identityOf(issuer, payload), expiresAt: (payload.exp ?? 0) * 1000 };
}

function identityOf({ name: issuer }: TrustedIssuer, payload: JWTPayload): Identity {
  const { sub, preferred_username: name, email, email_verified: verified } = payload;
  if (!sub) throw invalidToken('It speaks of nobody.');
  return {
    issuer,
    subject: sub,
    name: typeof name === 'string' ? name : undefined,
    email: verified === true && typeof email === 'string' && email.length <= LONGEST_ADDRESS ? email : undefined,
  };
}

function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'It has expired: get a fresh one.';
  if (error instanceof errors.JWTClaimValidationFailed) return `Its claim ${error.claim} is not as it must be.`;
  return 'It is damaged, or signed by nobody who is trusted here.';
}

/** RFC 6750, section 3.1. */
const invalidToken = (reason: string, cause?: unknown) =>
  new InvalidToken('unauthenticated', `The token is not valid. ${reason}`, {
    cause,
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  });
