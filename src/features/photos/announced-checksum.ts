import type { Request } from 'express';
import { AppError } from '../../runtime/errors.ts';

/** For the `headers` of a route that receives a file. */
export const DIGEST_HEADER = {
  'Repr-Digest':
    'If given, the bytes of the file must have this digest: `sha-256=:<base64>:` (RFC 9530). ' +
    'It also proves that a file without an end marker is whole, where nothing in the file does.',
};

/** The same of the body of a request, for a route whose body is the file. */
export const CONTENT_DIGEST_HEADER = { 'Content-Digest': 'The same as `Repr-Digest` here.' };

/** The sha256 of a whole file in hex, computed off this thread. */
export async function sha256Of(bytes: Buffer): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
}

/**
 * Requires that the bytes have every checksum that the client has announced.
 * @throws AppError digest-mismatch
 */
export function requireChecksum(received: string, announced: readonly (string | undefined)[]): void {
  for (const digest of announced) {
    if (digest === undefined || digest === received) continue;
    throw new AppError('digest-mismatch', 'The bytes have another sha256 than announced. Send them again.', {
      extra: { announced: digest, received, retryable: true },
    });
  }
}

/** One member of the dictionary: an algorithm and its digest between colons (RFC 9530, 2; RFC 8941, 3.3.5). */
const SHA256 = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):\s*(?:,|$)/;

/**
 * The sha256 in hex that `Repr-Digest` or another header of its form announces.
 * @throws AppError invalid-request for a header without one: its client would believe that a check was made
 */
export function announcedInHeader(request: Request, name = 'Repr-Digest'): string | undefined {
  const header = request.get(name);
  if (header === undefined) return undefined;
  const base64 = SHA256.exec(header)?.[1];
  if (base64 !== undefined) return Buffer.from(base64, 'base64').toString('hex');
  throw new AppError('invalid-request', `Send ${name} as sha-256=:<base64 of 32 bytes>:.`, {
    headers: { [`Want-${name}`]: 'sha-256=10' },
  });
}
