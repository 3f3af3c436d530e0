import { createHash } from 'node:crypto';
import type { ObjectFields } from '../engine/object.ts';
import type { Preconditions } from '../engine/preconditions.ts';
import { StorageError } from '../storage-error.ts';
import type { Bytes } from '../store/bytes.ts';
import { header, toNumber, type Call } from './call.ts';
import { objectFields } from './object-fields.ts';

/** The fields of an object that its writer sets by headers. */
export function fieldsOf(call: Call): ObjectFields {
  return objectFields({
    contentType: header(call, 'content-type'),
    contentEncoding: header(call, 'content-encoding'),
    contentDisposition: header(call, 'content-disposition'),
    contentLanguage: header(call, 'content-language'),
    cacheControl: header(call, 'cache-control'),
    storageClass: header(call, 'x-goog-storage-class'),
    customTime: header(call, 'x-goog-custom-time'),
    metadata: customMetadata(call),
  });
}

/** `x-goog-if-generation-match` and `x-goog-if-metageneration-match`. */
export function wantedBy(call: Call): Preconditions {
  const wanted: Preconditions = {};
  for (const [name, field] of CONDITIONS) {
    const value = header(call, name);
    if (value !== undefined) wanted[field] = toNumber(name, value);
  }
  return wanted;
}

const CONDITIONS = [
  ['x-goog-if-generation-match', 'generationMatch'],
  ['x-goog-if-metageneration-match', 'metagenerationMatch'],
] as const;

/** The body, checked against its headers: its length, and its checksum if that was signed. */
export function promisedBody(call: Call, bytes: Bytes): Bytes {
  const digest = header(call, 'x-goog-content-sha256');
  const range = header(call, 'x-goog-content-length-range');
  const checked = digest === undefined || digest === 'UNSIGNED-PAYLOAD' ? bytes : withDigest(bytes, digest);
  if (range === undefined) return checked;
  const [, min, max] = /^\s*(\d+)\s*,\s*(\d+)\s*$/.exec(range) ?? [];
  if (!min || !max) throw new StorageError('invalid', `Invalid x-goog-content-length-range: ${range}`);
  return sizedBetween(checked, Number(min), Number(max));
}

function withDigest(bytes: Bytes, expected: string): Bytes {
  const sha256 = createHash('sha256');
  return async (take) => {
    await bytes((chunk) => {
      sha256.update(chunk);
      take(chunk);
    });
    if (sha256.digest('hex') === expected.toLowerCase()) return;
    throw new StorageError('badDigest', 'The body does not have the SHA-256 that x-goog-content-sha256 names.');
  };
}

function sizedBetween(bytes: Bytes, min: number, max: number): Bytes {
  let size = 0;
  return async (take) => {
    await bytes((chunk) => {
      size += chunk.length;
      if (size > max) throw new StorageError('uploadTooLarge', `The body is larger than ${max} bytes.`);
      take(chunk);
    });
    if (size < min) throw new StorageError('uploadTooSmall', `The body is smaller than ${min} bytes.`);
  };
}

function customMetadata({ request }: Call): Record<string, string> | undefined {
  const entries = Object.entries(request.headers)
    .filter(([name]) => name.startsWith('x-goog-meta-'))
    .map(([name, value]) => [name.slice('x-goog-meta-'.length), String(value)]);
  return entries.length > 0 ? (Object.fromEntries(entries) as Record<string, string>) : undefined;
}
