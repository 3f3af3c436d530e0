import { createHash } from 'node:crypto';
import { StorageError } from '../storage-error.ts';

export const ALGORITHM = 'GOOG4-RSA-SHA256';

/** What a signature covers of a request. */
export interface SignedRequest {
  method: string;
  /** Decoded segments: bucket, then the parts of the object's name. */
  path: string[];
  query: URLSearchParams;
  header(name: string): string | undefined;
}

/** How a signature was made. */
interface Signing {
  /** YYYYMMDDTHHMMSSZ */
  date: string;
  scope: string;
  /** Lower-case names of the headers that are covered. */
  headers: string[];
  /** Whether the host was signed without its port. */
  bareHost: boolean;
}

/**
 * Returns the text that a V4 signature signs ("Canonical requests", "Signatures").
 * @throws StorageError forbidden when a signed header was not sent
 */
export function stringToSign(request: SignedRequest, { date, scope, headers, bareHost }: Signing): string {
  const lines = [
    request.method,
    `/${request.path.map(encode).join('/')}`,
    canonicalQuery(request.query),
    headers.map((name) => canonicalHeader(request, name, bareHost)).join(''),
    headers.join(';'),
    headers.includes(PAYLOAD) ? request.header(PAYLOAD) : 'UNSIGNED-PAYLOAD',
  ];
  const digest = createHash('sha256').update(lines.join('\n')).digest('hex');
  return [ALGORITHM, date, scope, digest].join('\n');
}

const PAYLOAD = 'x-goog-content-sha256';

function canonicalHeader(request: SignedRequest, name: string, bareHost: boolean): string {
  const sent = request.header(name);
  if (sent === undefined) throw new StorageError('forbidden', `The header ${name} was signed and is missing.`);
  const value = name === 'host' && bareHost ? sent.replace(/:\d+$/, '') : sent;
  return `${name}:${value.trim().replace(/\s+/g, ' ')}\n`;
}

function canonicalQuery(query: URLSearchParams): string {
  const signed = [...query].filter(([name]) => name !== 'X-Goog-Signature');
  const pairs = signed.map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return pairs.sort().join('&');
}

/** Percent-encoding of everything but the unreserved characters of RFC 3986. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
