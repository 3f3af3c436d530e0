import type { File } from '@google-cloud/storage';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { AppError } from '../runtime/errors.ts';
import { request as requestHttp } from '../runtime/node-http.ts';
import { contentionBackoffMs } from '../runtime/retry.ts';
import { authorization } from './authorization.ts';
import { responseOf } from './response-of.ts';

/** How long the connection may be silent. */
const SILENCE_MS = 60_000;

/** The bucket, or the way to it, failed in a way that may pass. */
export class BucketSilent extends AppError {
  constructor(what: string, cause?: unknown) {
    super('unavailable', 'The bucket does not answer. Try again shortly.', {
      cause: new Error(what, { cause }),
      headers: { 'Retry-After': '1' },
    });
  }
}

/** How requests for objects are repeated. */
export const BUCKET_RETRY = {
  attempts: 4,
  // From 80 to 640 ms.
  backoffMs: (attempt: number) => contentionBackoffMs(attempt + 2),
  isRetryable: (error: unknown) => error instanceof BucketSilent,
};

/**
 * Sends one request for the content of an object, with these headers and this `generation`. A response that is left
 * unread must be destroyed. Google's client has no part in it: for a thumb it takes four times the CPU time, because it
 * wraps the request three times and computes checksums in JavaScript, and a stream that it breaks off can end another
 * stream of the same connection.
 * @throws BucketSilent, when no response comes
 */
export async function requestObject(
  { name, bucket }: File,
  options: { headers?: Record<string, string>; generation?: string | undefined } = {},
): Promise<IncomingMessage> {
  const path = `/storage/v1/b/${bucket.name}/o/${encodeURIComponent(name)}?alt=media`;
  const url = new URL(`${bucket.storage.apiEndpoint}${path}`);
  if (options.generation !== undefined) url.searchParams.set('generation', options.generation);
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const headers = { ...options.headers, ...(await authorization(bucket.storage, url)) };
  const request = send(url, { headers, timeout: SILENCE_MS });
  request.once('timeout', () => request.destroy(new Error(`Silent for ${SILENCE_MS} ms.`)));
  request.end();
  try {
    return await responseOf(request);
  } catch (cause) {
    throw new BucketSilent('The connection to the bucket broke.', cause);
  }
}

/** "Retry strategy": some statuses may pass. */
export function refusal(status: number, body: string): Error {
  const what = `The bucket answered ${status}: ${body.slice(0, 500)}`;
  return status === 408 || status === 429 || status >= 500 ? new BucketSilent(what) : new Error(what);
}

/** @throws BucketSilent, when the bucket announced another CRC32C of the whole object */
export function requireChecksum(response: IncomingMessage, crc: number): void {
  const [, announced] = /\bcrc32c=([\w+/=]+)/.exec(String(response.headers['x-goog-hash'] ?? '')) ?? [];
  const computed = Buffer.alloc(4);
  computed.writeUInt32BE(crc >>> 0);
  if (announced !== undefined && announced !== computed.toString('base64')) {
    throw new BucketSilent('The bytes from the bucket do not have the checksum that it announced.');
  }
}
