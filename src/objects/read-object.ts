import type { File } from '@google-cloud/storage';
import { crc32c } from '@node-rs/crc32';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { AppError } from '../runtime/errors.ts';
import { isAlone, release } from '../runtime/free-memory.ts';
import { request as requestHttp } from '../runtime/node-http.ts';
import { contentionBackoffMs, retry } from '../runtime/retry.ts';
import { authorization } from './authorization.ts';

const ATTEMPTS = 4;

/** How long the connection may be silent. */
const SILENCE_MS = 60_000;

/**
 * Reads a whole object and checks it by its checksum; undefined when there is none. One request of our own: Google's client
 * takes four times the CPU time for a thumb, because it wraps the request three times and computes checksums in JavaScript.
 * @throws AppError unavailable, when the bucket gives no whole object in several attempts
 */
export function readObject(file: File): Promise<Buffer | undefined> {
  return retry(() => readOnce(file), {
    attempts: ATTEMPTS,
    // From 80 to 640 ms.
    backoffMs: (attempt) => contentionBackoffMs(attempt + 2),
    isRetryable: (error) => error instanceof BucketSilent,
  });
}

/** The bucket, or the way to it, failed in a way that may pass. */
class BucketSilent extends AppError {
  constructor(what: string, cause?: unknown) {
    super('unavailable', 'The bucket does not answer. Try again shortly.', {
      cause: new Error(what, { cause }),
      headers: { 'Retry-After': '1' },
    });
  }
}

async function readOnce(file: File): Promise<Buffer | undefined> {
  const response = await open(file);
  const bytes = await wholeBody(response);
  const { statusCode: status = 0 } = response;
  if (status === 404) return undefined;
  if (status !== 200) throw refusal(status, bytes.toString());
  const [, announced] = /\bcrc32c=([\w+/=]+)/.exec(String(response.headers['x-goog-hash'] ?? '')) ?? [];
  if (announced !== undefined && announced !== base64Of(crc32c(bytes))) {
    throw new BucketSilent('The bytes from the bucket do not have the checksum that it announced.');
  }
  return bytes;
}

async function open({ name, bucket }: File): Promise<IncomingMessage> {
  const path = `/storage/v1/b/${bucket.name}/o/${encodeURIComponent(name)}?alt=media`;
  const url = new URL(`${bucket.storage.apiEndpoint}${path}`);
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const request = send(url, { headers: await authorization(bucket.storage, url), timeout: SILENCE_MS });
  request.once('timeout', () => request.destroy(new Error(`Silent for ${SILENCE_MS} ms.`)));
  request.end();
  try {
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  } catch (cause) {
    throw new BucketSilent('The connection to the bucket broke.', cause);
  }
}

async function wholeBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    response.on('data', (chunk: Buffer) => void chunks.push(chunk));
    await once(response, 'end');
  } catch (cause) {
    throw new BucketSilent('The connection to the bucket broke in the middle of an object.', cause);
  }
  const bytes = Buffer.concat(chunks);
  for (const chunk of chunks) if (isAlone(chunk)) release(chunk);
  return bytes;
}

/** "Retry strategy": these statuses may pass. */
function refusal(status: number, body: string): Error {
  const what = `The bucket answered ${status}: ${body.slice(0, 500)}`;
  return status === 408 || status === 429 || status >= 500 ? new BucketSilent(what) : new Error(what);
}

function base64Of(checksum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(checksum >>> 0);
  return bytes.toString('base64');
}
