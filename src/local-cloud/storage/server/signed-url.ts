import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { Clock } from '../../../clock.ts';
import { StorageError } from '../storage-error.ts';

/** A service account whose signatures are accepted. */
export interface Signer {
  email: string;
  /** PEM. */
  publicKey: string;
}

/** What a signature covers of a request. */
export interface SignedRequest {
  method: string;
  /** Decoded segments: bucket, then the parts of the object's name. */
  path: string[];
  query: URLSearchParams;
  header(name: string): string | undefined;
}

const ALGORITHM = 'GOOG4-RSA-SHA256';
const LONGEST_LIFE = 604_800;
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
  if (claims.Algorithm !== ALGORITHM)
    throw new StorageError('notImplemented', `The local cloud has no ${claims.Algorithm}.`);
  return claims as Claims;
}

function checkSignature(keys: Map<string, KeyObject>, request: SignedRequest, claims: Claims): void {
  const [email = '', ...scope] = claims.Credential.split('/');
  const key = keys.get(email);
  if (!key) throw new StorageError('forbidden', `The account ${email} is not known.`);
  if (scope[0] !== claims.Date.slice(0, 8)) throw mismatch();
  const signature = Buffer.from(claims.Signature, 'hex');
  // The client signs the bare host name; others sign it as the Host header has it.
  const fits = [withoutPort, asSent].some((host) => {
    const digest = createHash('sha256')
      .update(canonicalRequest(request, claims, host))
      .digest('hex');
    const text = [ALGORITHM, claims.Date, scope.join('/'), digest].join('\n');
    return verify('sha256', Buffer.from(text), key, signature);
  });
  if (!fits) throw mismatch();
}

const mismatch = () =>
  new StorageError('signatureDoesNotMatch', 'Access denied. The signature does not fit the request.');

function checkTime({ Date: date, Expires: expires }: Claims, now: number): void {
  const from = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const life = Number(expires);
  if (Number.isNaN(from) || !/^\d+$/.test(expires) || life > LONGEST_LIFE) {
    throw new StorageError(
      'invalid',
      `X-Goog-Date is YYYYMMDDTHHMMSSZ, X-Goog-Expires at most ${LONGEST_LIFE} seconds.`,
    );
  }
  if (now < from) throw new StorageError('forbidden', 'The signed URL is not valid yet.');
  if (now >= from + life * 1000) throw new StorageError('expiredToken', 'The provided token has expired.');
}

function canonicalRequest(request: SignedRequest, claims: Claims, host: (value: string) => string): string {
  const names = claims.SignedHeaders.split(';');
  if (!names.includes('host')) throw mismatch();
  const headers = names.map((name) => {
    const value = request.header(name);
    if (value === undefined) throw new StorageError('forbidden', `The header ${name} was signed and is missing.`);
    return `${name}:${(name === 'host' ? host(value) : value).trim().replace(/\s+/g, ' ')}\n`;
  });
  const payload = names.includes('x-goog-content-sha256')
    ? request.header('x-goog-content-sha256')
    : 'UNSIGNED-PAYLOAD';
  const path = `/${request.path.map(encode).join('/')}`;
  return [request.method, path, canonicalQuery(request.query), headers.join(''), claims.SignedHeaders, payload].join(
    '\n',
  );
}

function canonicalQuery(query: URLSearchParams): string {
  const signed = [...query].filter(([name]) => name !== 'X-Goog-Signature');
  return signed
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

/** Percent-encoding of everything but the unreserved characters of RFC 3986. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const withoutPort = (host: string) => host.replace(/:\d+$/, '');
const asSent = (host: string) => host;
