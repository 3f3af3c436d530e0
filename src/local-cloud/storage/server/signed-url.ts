import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { Clock } from '../../../runtime/clock.ts';
import { StorageError } from '../storage-error.ts';
import { ALGORITHM, stringToSign, type SignedRequest } from './canonical-request.ts';

/** A service account whose signatures are accepted. */
export interface Signer {
  email: string;
  /** PEM. */
  publicKey: string;
}

const LONGEST_LIFE_SECONDS = 604_800;
const PARAMETERS = ['Algorithm', 'Credential', 'Date', 'Expires', 'SignedHeaders', 'Signature'] as const;

type Claims = Record<(typeof PARAMETERS)[number], string>;

/**
 * Checks V4 signatures ("V4 signing process") by the public keys of `signers` and the time of `clock`. Unsigned requests
 * are refused, as in a private bucket, unless there are no signers at all.
 */
export function signatureChecker(signers: Signer[], clock: Clock) {
  const keys = new Map(signers.map(({ email, publicKey }) => [email, createPublicKey(publicKey)]));
  return (request: SignedRequest): void => {
    if (request.query.has('GoogleAccessId')) {
      throw new StorageError('notImplemented', 'The local cloud has no V2 signed URLs.');
    }
    if (!request.query.has('X-Goog-Signature')) {
      if (keys.size === 0) return;
      throw new StorageError('forbidden', 'Anonymous callers have no access to this object.');
    }
    const claims = readClaims(request.query);
    checkSignature(keys, request, claims);
    checkTime(claims, clock.now());
  };
}

function readClaims(query: URLSearchParams): Claims {
  const claims = Object.fromEntries(PARAMETERS.map((name) => [name, query.get(`X-Goog-${name}`)]));
  const missing = PARAMETERS.find((name) => !claims[name]);
  if (missing) throw new StorageError('invalid', `A signed URL needs X-Goog-${missing}.`);
  if (claims.Algorithm !== ALGORITHM) {
    throw new StorageError('notImplemented', `The local cloud has no ${claims.Algorithm}.`);
  }
  return claims as Claims;
}

function checkSignature(keys: Map<string, KeyObject>, request: SignedRequest, claims: Claims): void {
  const [email = '', ...parts] = claims.Credential.split('/');
  const scope = parts.join('/');
  const key = keys.get(email);
  if (!key) throw new StorageError('forbidden', `The account ${email} is not known.`);
  if (!claims.SignedHeaders.split(';').includes('host')) throw mismatch();
  if (scope !== `${claims.Date.slice(0, 8)}/auto/storage/goog4_request`) throw mismatch();
  const signature = Buffer.from(claims.Signature, 'hex');
  // The client signs the bare host name; others sign it as the Host header has it.
  const fits = [true, false].some((bareHost) => {
    const text = stringToSign(request, {
      date: claims.Date,
      scope,
      headers: claims.SignedHeaders.split(';'),
      bareHost,
    });
    return verify('sha256', Buffer.from(text), key, signature);
  });
  if (!fits) throw mismatch();
}

const mismatch = () =>
  new StorageError('signatureDoesNotMatch', 'Access denied. The signature does not fit the request.');

function checkTime({ Date: date, Expires: expires }: Claims, now: number): void {
  const from = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const life = Number(expires);
  if (Number.isNaN(from) || !/^\d+$/.test(expires) || life > LONGEST_LIFE_SECONDS) {
    throw new StorageError(
      'invalid',
      `X-Goog-Date is YYYYMMDDTHHMMSSZ, X-Goog-Expires at most ${LONGEST_LIFE_SECONDS} seconds.`,
    );
  }
  if (now < from) throw new StorageError('forbidden', 'The signed URL is not valid yet.');
  if (now >= from + life * 1000) throw new StorageError('expiredToken', 'The provided token has expired.');
}
