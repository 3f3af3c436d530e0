import type { File } from '@google-cloud/storage';
import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import { text } from 'node:stream/consumers';
import { AppError } from '../http/errors.ts';

/** What the bucket reports of a finished object. */
export interface StoredObject {
  /** Bytes. */
  size: number;
  /** Base64 of the four big-endian bytes, as Cloud Storage writes it. */
  crc32c: string;
  /** Base64. */
  md5: string | null;
  generation: string;
}

/** One resumable upload that is sent in a single pass. */
export interface UploadSession {
  /** Sends the next bytes; resolves when more are welcome. Rejects with `unavailable` when the bucket has hung up. */
  write(chunk: Uint8Array): Promise<void>;
  /** Sends the end; the object exists from now on. Rejects with `unavailable` when the bucket does not take it. */
  finish(): Promise<StoredObject>;
  /** Breaks the upload off: nothing of it stays in the bucket, nor half-open on the way there. */
  cancel(): Promise<void>;
}

/**
 * Opens a create-only session through Google's client and sends the bytes by a request of our own: destroying the
 * client's write stream leaves its HTTP request open, which would hold a connection for every upload that breaks off.
 */
export async function openSession(
  file: File,
  { type, cacheControl }: { type: string; cacheControl: string },
): Promise<UploadSession> {
  const [uri] = await file.createResumableUpload({
    metadata: { contentType: type, cacheControl },
    preconditionOpts: { ifGenerationMatch: 0 },
  });
  const request = send(uri, 'PUT', { 'Content-Type': type, 'Content-Range': 'bytes 0-*/*' });
  const response = (once(request, 'response') as Promise<[http.IncomingMessage]>).catch((cause: unknown) => {
    throw brokenOff('The connection to the bucket broke.', cause);
  });
  let answered = false;
  // Whoever writes or finishes sees the failure; this also keeps an unobserved one from ending the process.
  response.then(
    () => (answered = true),
    () => (answered = true),
  );

  return {
    async write(chunk) {
      if (answered) throw await refusal(response);
      // When the connection breaks, the response tells so in our words.
      if (!request.write(chunk)) await Promise.race([once(request, 'drain').catch(() => response), response]);
    },
    async finish() {
      request.end();
      const [reply] = await response;
      return stored(reply.statusCode ?? 0, await text(reply));
    },
    async cancel() {
      request.destroy();
      // A session that cannot be told to end does so by itself, and shows nothing until then.
      await endSession(uri).catch(() => undefined);
    },
  };
}

/** Tells the bucket that nothing more will come. What is finished already stays. */
export async function endSession(uri: string): Promise<void> {
  const request = send(uri, 'DELETE', { 'Content-Length': '0' }).end();
  const [reply] = (await once(request, 'response')) as [http.IncomingMessage];
  reply.resume();
}

/** Why the bucket has answered before the end, as an error. */
async function refusal(response: Promise<[http.IncomingMessage]>): Promise<Error> {
  const [reply] = await response;
  return brokenOff(`The bucket answered ${reply.statusCode} before the end.`, await text(reply));
}

const brokenOff = (what: string, cause: unknown) =>
  new AppError('unavailable', 'The bucket did not take the bytes. Send the photo again.', {
    cause: new Error(what, { cause }),
    extra: { retryable: true },
    headers: { 'Retry-After': '1' },
  });

function send(uri: string, method: string, headers: http.OutgoingHttpHeaders): http.ClientRequest {
  const { request } = uri.startsWith('https:') ? https : http;
  return request(uri, { method, headers });
}

function stored(status: number, body: string): StoredObject {
  if (status !== 200 && status !== 201) throw brokenOff(`The bucket answered ${status} at the end.`, body);
  const object = JSON.parse(body) as { size: string; crc32c: string; md5Hash?: string; generation: string };
  return {
    size: Number(object.size),
    crc32c: object.crc32c,
    md5: object.md5Hash ?? null,
    generation: object.generation,
  };
}
