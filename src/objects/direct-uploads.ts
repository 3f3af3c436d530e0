import type { Bucket } from '@google-cloud/storage';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request as requestHttps } from 'node:https';
import { definedFields } from '../runtime/defined-fields.ts';
import { AppError } from '../runtime/errors.ts';
import { request as requestHttp } from '../runtime/node-http.ts';
import { CACHE_ORIGINAL, statusOf } from './blobs.ts';
import type { StoredObject } from './object-upload.ts';
import { responseOf } from './response-of.ts';

/** What a client may send in a session: exactly this, and nothing else. */
interface SessionTerms {
  type: string;
  /** Undefined: the size is not known yet, and the bucket takes any. */
  bytes: number | undefined;
  /** The origin of the page that will send; absent for a program. */
  origin?: string | undefined;
}

/** The state of a session: how many bytes it has kept, that its object exists, or that it takes no more. */
export type SessionState = { kind: 'open'; offset: number } | { kind: 'finished' } | { kind: 'ended' };

/** Uploads that clients send straight to the bucket. */
export interface DirectUploads {
  /** Opens a create-only resumable session and returns its URI. */
  open(name: string, terms: SessionTerms): Promise<string>;
  /** Asks a session for a file of `bytes` bytes, if they are known, how far it is. @throws AppError unavailable */
  ask(session: string, bytes: number | undefined): Promise<SessionState>;
  /**
   * Ends a session: no object is created by it from now on.
   * @throws AppError unavailable, when the bucket does not answer
   */
  cancel(session: string): Promise<void>;
  /** The bucket's facts of an object; undefined while it does not exist. */
  find(name: string): Promise<StoredObject | undefined>;
  /** The bytes of an object from `start` up to, not with, `end`. */
  read(name: string, start: number, end: number): Promise<Buffer>;
}

export function createDirectUploads(bucket: Bucket): DirectUploads {
  return {
    async open(name, { type, bytes, origin }) {
      const [uri] = await bucket.file(name).createResumableUpload({
        metadata: { contentType: type, cacheControl: CACHE_ORIGINAL, ...definedFields({ contentLength: bytes }) },
        preconditionOpts: { ifGenerationMatch: 0 },
        ...definedFields({ origin }),
      });
      return uri;
    },
    ask: askSession,
    cancel: endSession,
    async find(name) {
      try {
        const [{ size, crc32c, md5Hash, generation }] = await bucket.file(name).getMetadata();
        return { size: Number(size), crc32c: crc32c ?? '', md5: md5Hash ?? null, generation: String(generation) };
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },
    async read(name, start, end) {
      const [bytes] = await bucket.file(name).download({ start, end: end - 1, validation: false });
      return bytes;
    },
  };
}

/** A session that was ended, or that the bucket does not know (Cloud Storage, "Resumable uploads"). */
const ENDED = new Set([404, 410, 499]);

async function askSession(uri: string, bytes: number | undefined): Promise<SessionState> {
  const { statusCode = 0, headers } = await callSession(uri, 'PUT', { 'Content-Range': `bytes */${bytes ?? '*'}` });
  if (statusCode === 200 || statusCode === 201) return { kind: 'finished' };
  if (ENDED.has(statusCode)) return { kind: 'ended' };
  if (statusCode !== 308) throw noAnswer(new Error(`The session answered ${statusCode}.`));
  const last = /^bytes=0-(\d+)$/.exec(headers.range ?? '')?.[1];
  return { kind: 'open', offset: last === undefined ? 0 : Number(last) + 1 };
}

async function endSession(uri: string): Promise<void> {
  await callSession(uri, 'DELETE', {});
}

/** How long a reply of a session may take, in milliseconds. */
const SESSION_TIMEOUT_MS = 20_000;

/** A session's URI is enough: no token is sent. */
async function callSession(uri: string, method: string, headers: OutgoingHttpHeaders): Promise<IncomingMessage> {
  const request = uri.startsWith('https:') ? requestHttps : requestHttp;
  const signal = AbortSignal.timeout(SESSION_TIMEOUT_MS);
  try {
    const call = request(uri, { method, headers: { ...headers, 'Content-Length': '0' }, signal }).end();
    const reply = await responseOf(call);
    // The head says it all. What becomes of the rest does not count.
    reply.on('error', () => undefined).resume();
    return reply;
  } catch (cause) {
    throw noAnswer(cause);
  }
}

const noAnswer = (cause: unknown) =>
  new AppError('unavailable', 'The bucket does not say how far the upload is. Try again in a moment.', {
    cause,
    headers: { 'Retry-After': '5' },
  });
