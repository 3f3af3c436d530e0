import { closeSync, createReadStream, fstatSync, read } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import type { StoredObject } from '../engine/object.ts';
import { header, type Call, type Reply } from './call.ts';
import { StorageError } from '../storage-error.ts';
import type { Blobs } from '../store/blobs.ts';
import { checkConditions } from './conditional.ts';
import { contentHeaders, encodingHeader, identityHeaders } from './object-headers.ts';

/** Up to this size an object is read at once, which is cheaper than a stream. */
const AT_ONCE_BYTES = 1 << 20;

const readInto = promisify(read);

/** The bytes of an object, or the range that the caller asks for, with the headers that clients check them by. */
export function mediaReply(call: Call, object: StoredObject): Reply {
  checkConditions(call, object);
  const headers: Record<string, string> = { ...contentHeaders(object), ...identityHeaders(object) };
  if (inflates(call, object)) return { status: 200, headers, ...sending(call, object, (fd) => sendInflated(call, fd)) };
  const range = byteRange(header(call, 'range'), object.size);
  const length = range ? range.end - range.start + 1 : object.size;
  Object.assign(headers, encodingHeader(object.fields), { 'content-length': String(length) });
  if (range) headers['content-range'] = `bytes ${range.start}-${range.end}/${object.size}`;
  const wanted = range ?? { start: 0, end: object.size - 1 };
  return { status: range ? 206 : 200, headers, ...sending(call, object, (fd) => sendBytes(call, fd, wanted)) };
}

/** Opens the bytes in the same turn of the event loop as the lookup, so that a later delete cannot remove them. */
function sending({ engine, request }: Call, object: StoredObject, send: (fd: number) => Promise<void>) {
  if (request.method === 'HEAD') return {};
  const fd = openWhole(engine.store.blobs, object);
  return { send: () => send(fd) };
}

/** Opens the bytes after a check of their length: a caller would wait for bytes that were announced and do not come. */
function openWhole(blobs: Blobs, { bucket, name, blob, size }: StoredObject): number {
  const damaged = (what: string, cause?: unknown) =>
    new StorageError('backendError', `The bytes of ${bucket}/${name} are damaged on the disk: ${what}.`, { cause });
  let fd: number;
  try {
    fd = blobs.open(blob);
  } catch (cause) {
    throw damaged('the file cannot be opened', cause);
  }
  const found = fstatSync(fd).size;
  if (found === size) return fd;
  closeSync(fd);
  throw damaged(`${found} of ${size} are there`);
}

/** Decompressive transcoding: bytes stored as gzip are sent plain to a caller that does not accept gzip. */
function inflates(call: Call, { fields }: StoredObject): boolean {
  if (fields.contentEncoding !== 'gzip' || /\bno-transform\b/.test(fields.cacheControl ?? '')) return false;
  return !/\bgzip\b/.test(header(call, 'accept-encoding') ?? '');
}

/** Sends the bytes of an open file, which it closes. */
async function sendBytes({ response }: Call, fd: number, { start, end }: ByteRange): Promise<void> {
  const size = end - start + 1;
  if (size > AT_ONCE_BYTES)
    return pipeline(createReadStream('', { fd, start, end, highWaterMark: 256 << 10 }), response);
  try {
    const { bytesRead, buffer } = await readInto(fd, { buffer: Buffer.allocUnsafe(size), position: start });
    response.end(buffer.subarray(0, bytesRead));
  } finally {
    closeSync(fd);
  }
}

async function sendInflated({ response }: Call, fd: number): Promise<void> {
  await pipeline(createReadStream('', { fd }), createGunzip(), response);
}

/** Offsets of the first and the last byte. */
interface ByteRange {
  start: number;
  end: number;
}

/**
 * Returns the bytes that a Range header asks for of `size` bytes. Undefined means all of them: no header, a unit other
 * than bytes, or several ranges (RFC 9110, 14.2 lets a server ignore those).
 * @throws StorageError requestedRangeNotSatisfiable
 */
function byteRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.replaceAll(' ', '') ?? '');
  if (!match || match[0] === 'bytes=-') return undefined;
  const [, first, last] = match;
  if (!first) return suffix(Number(last), size);
  const start = Number(first);
  const end = last ? Math.min(Number(last), size - 1) : size - 1;
  if (last && Number(last) < start) return undefined;
  if (start >= size) throw unsatisfiable();
  return { start, end };
}

function suffix(length: number, size: number): ByteRange {
  if (length === 0 || size === 0) throw unsatisfiable();
  return { start: Math.max(size - length, 0), end: size - 1 };
}

const unsatisfiable = () => new StorageError('requestedRangeNotSatisfiable', 'Request range not satisfiable');
