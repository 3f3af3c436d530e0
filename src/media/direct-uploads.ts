import type { Bucket } from '@google-cloud/storage';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { request as requestHttp } from '../node-http.ts';
import { CACHE_ORIGINAL, statusOf } from './blobs.ts';
import type { StoredObject } from './object-upload.ts';

/** What a client may send in a session that was opened for it: exactly this, and nothing in its place. */
export interface SessionTerms {
  type: string;
  bytes: number;
  /** The origin of the page that will send; absent for a program. */
  origin?: string | undefined;
}

/** Uploads that go past this app, straight to the bucket. */
export interface DirectUploads {
  /** Opens a create-only resumable session and returns its URI. */
  open(name: string, terms: SessionTerms): Promise<string>;
  /** Ends a session, wherever it is: nothing can come of it any more, except what has come already. */
  cancel(session: string): Promise<void>;
  /** What the bucket says of an object; undefined while it is not there. */
  find(name: string): Promise<StoredObject | undefined>;
  /** The bytes of an object from `start` up to, not with, `end`. */
  read(name: string, start: number, end: number): Promise<Buffer>;
}

export function createDirectUploads(bucket: Bucket): DirectUploads {
  return {
    async open(name, { type, bytes, origin }) {
      const [uri] = await bucket.file(name).createResumableUpload({
        metadata: { contentType: type, contentLength: bytes, cacheControl: CACHE_ORIGINAL },
        preconditionOpts: { ifGenerationMatch: 0 },
        ...(origin === undefined ? {} : { origin }),
      });
      return uri;
    },
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

/** A session's URI is all that it takes: no token goes along. */
async function endSession(uri: string): Promise<void> {
  const request = uri.startsWith('https:') ? requestHttps : requestHttp;
  const ending = request(uri, { method: 'DELETE', headers: { 'Content-Length': '0' } }).end();
  const [reply] = (await once(ending, 'response')) as [IncomingMessage];
  reply.resume();
}
