import { decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { createHash } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import { InvalidToken, type AppError } from '../../runtime/errors.ts';
import { claimedNames } from './claimed-names.ts';
import { ExpiringCache } from './expiring-cache.ts';
import { issuerKeys } from './issuer-keys.ts';
import type { TokenPlace, TrustedIssuer } from './trusted-issuers.ts';

/** The subject of a token. Issuer and subject together always mean the same person. The name may be any text. */
export interface Identity {
  issuer: string;
  subject: string;
  name?: string | undefined;
  /** One address that the issuer has verified. */
  email?: string | undefined;
  /** The domain of the organisation that Google says the user belongs to (claim `hd`), in lower case. */
  hostedDomain?: string | undefined;
}

/** An identity with the time of its sign-in. */
interface VerifiedIdentity extends Identity {
  /** When the person signed in at the issuer, in milliseconds since the Unix epoch. */
  authenticatedAt: number;
}

/** Verifies ID tokens. */
export interface TokenVerifier {
  /** Returns whether an issuer's tokens are read from this place. */
  reads(place: TokenPlace): boolean;
  /**
   * Verifies a token and returns its subject.
   * @throws AppError unauthenticated for a bad token, unavailable if the keys of its issuer cannot be fetched
   */
  verify(token: string, place?: TokenPlace): Promise<VerifiedIdentity>;
}

/** Difference of an issuer's clock that is accepted. */
const CLOCK_TOLERANCE_SECONDS = 30;

/** Time after its issue during which a token is accepted, even if it expires later. */
const MAX_TOKEN_AGE_SECONDS = 24 * 3600;

/** A token is verified again after this time, so that a key that its issuer has revoked stops working. */
const VERIFIED_FOR_MS = 5 * 60_000;

const REMEMBERED_TOKENS = 10_000;

/** ID tokens are much shorter. Longer ones are not decoded. */
const MAX_TOKEN_CHARACTERS = 16_384;

/** OpenID Connect Core 1.0, section 2. */
const MAX_SUBJECT_CHARACTERS = 255;

type Verifier = TrustedIssuer & { keys: JWTVerifyGetKey };

/** Creates a verifier of the tokens of these issuers. It keeps verified tokens for some minutes. */
export function createTokenVerifier({ clock }: { clock: Clock }, issuers: TrustedIssuer[]): TokenVerifier {
  const verifiers = issuers.map((issuer): Verifier => ({ ...issuer, keys: issuerKeys(issuer) }));
  const verified = new ExpiringCache<VerifiedIdentity>({ clock }, REMEMBERED_TOKENS);
  return {
    reads: (place) => verifiers.some((verifier) => verifier.place === place),
    verify: (token, place = 'bearer') =>
      verified.get(`${place} ${createHash('sha256').update(token).digest('base64url')}`, async () => {
        const { identity, expiresAt } = await verify(clock, verifierFor(verifiers, place, token), token);
        return { value: identity, until: Math.min(expiresAt, clock.now() + VERIFIED_FOR_MS) };
      }),
  };
}

function verifierFor(verifiers: Verifier[], place: TokenPlace, token: string): Verifier {
  if (token.length > MAX_TOKEN_CHARACTERS || !isCanonical(token))
    throw invalidToken('It is damaged. Get a new one.', 'token-malformed');
  const issuer = claimedIssuer(token);
  const verifier = verifiers.find((one) => one.place === place && one.spellings.includes(issuer ?? ''));
  if (!verifier) throw invalidToken('Its issuer is not trusted here.', 'token-issuer');
  return verifier;
}

/**
 * Returns whether a token is canonical base64url: without padding (RFC 7515, section 2) and without stray bits.
 * Decoders accept other spellings too, so that one token would count as many.
 */
function isCanonical(token: string): boolean {
  const parts = token.split('.');
  return parts.length === 3 && parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

/** Only selects the keys: the claim is not trusted before the signature is verified. */
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
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    maxTokenAge: MAX_TOKEN_AGE_SECONDS,
    requiredClaims: ['sub', 'exp'],
    currentDate: new Date(clock.now()),
  }).catch((cause: unknown) => {
    throw cause instanceof errors.JOSEError ? refusalOf(cause) : cause;
  });
  return { identity: identityOf(issuer, payload), expiresAt: (payload.exp ?? 0) * 1000 };
}

function identityOf({ name: issuer }: TrustedIssuer, payload: JWTPayload): VerifiedIdentity {
  const { sub } = payload;
  // Its type is not checked: `sub` may be any JSON value.
  if (!isSubject(sub)) throw invalidToken('Its claim sub is missing or not valid.', 'token-sub');
  return {
    issuer,
    subject: sub,
    ...claimedNames(payload),
    authenticatedAt: signInTime(payload) * 1000,
  };
}

const isSubject = (sub: unknown): sub is string =>
  typeof sub === 'string' && sub !== '' && sub.length <= MAX_SUBJECT_CHARACTERS && !/\p{Cc}/u.test(sub);

/** Returns `auth_time` if the token has it (OpenID Connect Core 1.0, section 2), else the time of issue, in seconds. */
function signInTime({ auth_time: signedInAt, iat = 0 }: JWTPayload): number {
  return typeof signedInAt === 'number' && signedInAt > 0 && signedInAt < iat ? signedInAt : iat;
}

function refusalOf(error: errors.JOSEError): AppError {
  if (error instanceof errors.JWTExpired) {
    return invalidToken('It has expired. Get a new one.', 'token-expired', error);
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return invalidToken(`Its claim ${error.claim} is missing or not valid.`, `token-${error.claim}`, error);
  }
  return invalidToken('It is damaged, or not signed by a key of its issuer.', 'token-signature', error);
}

/** RFC 6750, section 3.1. */
const invalidToken = (detail: string, reason: string, cause?: unknown) =>
  new InvalidToken('unauthenticated', `The token is not valid. ${detail}`, {
    cause,
    reason,
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  });
