import type { File } from '@google-cloud/storage';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { AppError } from '../runtime/errors.ts';
import { request as requestHttp } from '../runtime/node-http.ts';
import { isAlone, release } from '../runtime/free-memory.ts';
import { authorization } from './authorization.ts';
import { responseOf } from './response-of.ts';

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

/** The metadata of a new object. */
interface ObjectHead {
  type: string;
  cacheControl: string;
}

/** Bytes that are gathered before they are sent: this makes fewer writes, and bounds the memory of an upload. */
const BATCH_BYTES = 128 * 2 ** 10;

/** A new object on its way to the bucket. It does not exist before it is finished. */
export interface ObjectUpload {
  /**
   * Sends the next bytes, and frees their memory when they are sent; resolves when the next bytes may be sent.
   * @throws AppError unavailable, when the bucket has closed the connection
   */
  write(chunk: Uint8Array): Promise<void>;
  /**
   * Sends the end; the object exists from now on.
   * @throws AppError unavailable
   */
  finish(): Promise<StoredObject>;
  /** Aborts the upload, and closes its connection to the bucket. */
  cancel(): void;
}

/**
 * Sends a new object, whose size is not known yet, in one request of our own ("multipart upload" of the JSON API, create
 * only). Google's client takes several times the work for it, and destroying its write stream leaves its request open,
 * which would keep a connection for every aborted upload.
 */
export async function startUpload(file: File, head: ObjectHead): Promise<ObjectUpload> {
  const frame = frameOf(head);
  const request = await openRequest(file, frame, { 'Transfer-Encoding': 'chunked' });
  request.write(frame.start);
  const response = responseTo(request);
  let answered = false;
  let gathered = 0;
  // The next write or finish throws the failure. This handler keeps an unobserved one from ending the process.
  response.then(
    () => (answered = true),
    () => (answered = true),
  );
  return {
    async write(chunk) {
      if (answered) throw await refusal(response);
      const sent = (error?: Error | null) => {
        if (!error && isAlone(chunk)) release(chunk);
      };
      if (gathered === 0) request.cork();
      gathered += chunk.length;
      request.write(chunk, sent);
      if (gathered < BATCH_BYTES) return;
      gathered = 0;
      request.uncork();
      // When the connection breaks, the response fails with our error.
      if (request.writableNeedDrain) await Promise.race([once(request, 'drain').catch(() => response), response]);
    },
    async finish() {
      if (gathered > 0) request.uncork();
      request.end(frame.end);
      const reply = await response;
      return stored(reply.statusCode ?? 0, await textOf(reply));
    },
    cancel: () => void request.destroy(),
  };
}

/**
 * Sends a small new object, and once more if the connection breaks: it is create-only, so two attempts make one object.
 * Returns false when the name is taken.
 */
export async function uploadWhole(file: File, head: ObjectHead, bytes: Uint8Array): Promise<boolean> {
  try {
    return await sendWhole(file, head, bytes);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'unavailable')) throw error;
    return sendWhole(file, head, bytes);
  }
}

async function sendWhole(file: File, head: ObjectHead, bytes: Uint8Array): Promise<boolean> {
  const frame = frameOf(head);
  const parts = [frame.start, bytes, frame.end];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const request = await openRequest(file, frame, { 'Content-Length': length });
  for (const part of parts) request.write(part);
  request.end();
  const reply = await responseTo(request);
  const answer = await textOf(reply);
  if (reply.statusCode === 412) return false;
  stored(reply.statusCode ?? 0, answer);
  return true;
}

/** What stands before and after the bytes of the object in the request. */
interface Frame {
  boundary: string;
  start: Buffer;
  end: Buffer;
}

/** The boundary is random, so that no file can contain it to end early. */
function frameOf({ type, cacheControl }: ObjectHead): Frame {
  const boundary = randomBytes(18).toString('base64url');
  const resource = JSON.stringify({ contentType: type, cacheControl });
  const part = (contentType: string) => `--${boundary}\r\nContent-Type: ${contentType}\r\n\r\n`;
  return {
    boundary,
    start: Buffer.from(`${part('application/json; charset=UTF-8')}${resource}\r\n${part(type)}`),
    end: Buffer.from(`\r\n--${boundary}--\r\n`),
  };
}

async function openRequest(
  { name, bucket }: File,
  { boundary }: Frame,
  framing: OutgoingHttpHeaders,
): Promise<ClientRequest> {
  const url = new URL(`${bucket.storage.apiEndpoint}/upload/storage/v1/b/${bucket.name}/o`);
  url.search = new URLSearchParams({ uploadType: 'multipart', name, ifGenerationMatch: '0' }).toString();
  const type = `multipart/related; boundary=${boundary}`;
  const headers = { ...(await authorization(bucket.storage, url)), 'Content-Type': type, ...framing };
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return send(url, { method: 'POST', headers });
}

async function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  try {
    return await responseOf(request);
  } catch (cause) {
    throw brokenOff('The connection to the bucket broke.', cause);
  }
}

/** @throws AppError unavailable, when the connection breaks before the end of the reply */
async function textOf(reply: IncomingMessage): Promise<string> {
  try {
    return await text(reply);
  } catch (cause) {
    throw brokenOff('The connection to the bucket broke.', cause);
  }
}

/** Why the bucket replied before the end, as an error. */
async function refusal(response: Promise<IncomingMessage>): Promise<Error> {
  const reply = await response;
  return brokenOff(`The bucket answered ${reply.statusCode} before the end.`, await textOf(reply));
}

const brokenOff = (what: string, cause: unknown) =>
  new AppError('unavailable', 'The bucket did not take the bytes. Send the photo again.', {
    cause: new Error(what, { cause }),
    headers: { 'Retry-After': '1' },
  });

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
