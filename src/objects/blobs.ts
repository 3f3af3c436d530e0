import type { Bucket, File } from '@google-cloud/storage';
import type { Readable } from 'node:stream';
import type { ByteRange } from '../runtime/byte-range.ts';
import { objectStream } from './object-stream.ts';
import { startUpload, uploadWhole, type ObjectUpload } from './object-upload.ts';
import { readObject } from './read-object.ts';

/** Objects are written once under random names, so a cached copy is never wrong. */
const CACHE_VARIANT = 'private, max-age=31536000, immutable';
export const CACHE_ORIGINAL = 'private, no-store';

interface SignedUrlOptions {
  from: number;
  until: number;
  /** The `Content-Disposition` that the bucket replies with. */
  disposition: string;
}

/** The bytes behind the entities: originals and variants in one bucket. */
export interface Blobs {
  /** Starts to write an original whose size is not known yet. A name that is taken is an error. */
  start(name: string, type: string): Promise<ObjectUpload>;
  /** Writes a small object at once. A name that is taken is no error: an object of the same name has the same content. */
  save(name: string, bytes: Buffer, type: string): Promise<void>;
  /** The whole object, or undefined when there is none. */
  read(name: string): Promise<Buffer | undefined>;
  /** A stream of the object or of a part of it. Emits `error` when there is no such object. */
  stream(name: string, range?: ByteRange): Readable;
  /** A URL of the bucket that opens one object for a while, as a file to save or to show. Times are milliseconds. */
  signedUrl(name: string, options: SignedUrlOptions): Promise<string>;
  /** Deletes the objects; missing objects are no error. */
  remove(...names: string[]): Promise<void>;
  /** Gives an object another name, which must be free. */
  move(from: string, to: string): Promise<void>;
  /** Makes a second object of the same bytes within the bucket, under a name that must be free. */
  copy(from: string, to: string): Promise<void>;
  /** Deletes every object whose name starts so. It lists them first, which is too slow for a request. */
  removeAll(prefix: string): Promise<void>;
}

/** The HTTP status in an error of Google's client; 0 without one. */
export const statusOf = (error: unknown) => Number((error as { code?: unknown; status?: unknown }).code ?? 0);

export function createBlobs(bucket: Bucket): Blobs {
  return {
    start: (name, type) => startUpload(bucket.file(name), { type, cacheControl: CACHE_ORIGINAL }),
    async save(name, bytes, type) {
      await uploadWhole(bucket.file(name), { type, cacheControl: CACHE_VARIANT }, bytes);
    },
    read: (name) => readObject(bucket.file(name)),
    stream: (name, range) => objectStream(bucket.file(name), range),
    async signedUrl(name, { from, until, disposition }) {
      const [url] = await bucket.file(name).getSignedUrl({
        version: 'v4',
        action: 'read',
        accessibleAt: new Date(from),
        expires: until,
        responseDisposition: disposition,
      });
      return url;
    },
    async remove(...names) {
      await Promise.all(names.map((name) => removeOne(bucket.file(name))));
    },
    async move(from, to) {
      await bucket.file(from).moveFileAtomic(bucket.file(to), { preconditionOpts: { ifGenerationMatch: 0 } });
    },
    async copy(from, to) {
      await bucket.file(from).copy(bucket.file(to), { preconditionOpts: { ifGenerationMatch: 0 } });
    },
    async removeAll(prefix) {
      const [files] = await bucket.getFiles({ prefix });
      await Promise.all(files.map(removeOne));
    },
  };
}

async function removeOne(file: File): Promise<void> {
  try {
    await file.delete({ ignoreNotFound: true });
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}
