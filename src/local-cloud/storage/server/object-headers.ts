import type { ObjectFields, StoredObject } from '../engine/object.ts';
import { etagHeader, etagOf } from './resources.ts';

/** Which generation it is, and the checksums that clients check bytes by. */
export function identityHeaders(object: StoredObject): Record<string, string> {
  const { fields, crc32c, md5, size, generation, metageneration } = object;
  return {
    ...etagHeader(etagOf(generation, metageneration)),
    'x-goog-hash': md5 === null ? `crc32c=${crc32c}` : `crc32c=${crc32c},md5=${md5}`,
    'x-goog-generation': String(generation),
    'x-goog-metageneration': String(metageneration),
    'x-goog-stored-content-length': String(size),
    'x-goog-stored-content-encoding': fields.contentEncoding === 'gzip' ? 'gzip' : 'identity',
    'x-goog-storage-class': fields.storageClass ?? 'STANDARD',
  };
}

/** The headers of an object's content, without Content-Encoding, which depends on how it is sent. */
export function contentHeaders({ fields, updated }: StoredObject): Record<string, string> {
  return {
    'content-type': headerText(fields.contentType ?? 'application/octet-stream'),
    'last-modified': new Date(updated).toUTCString(),
    'accept-ranges': 'bytes',
    ...given('cache-control', fields.cacheControl),
    ...given('content-disposition', fields.contentDisposition),
    ...given('content-language', fields.contentLanguage),
    ...customHeaders(fields.metadata ?? {}),
  };
}

export const encodingHeader = ({ contentEncoding }: ObjectFields) => given('content-encoding', contentEncoding);

/** Custom metadata as headers; a name that no header can have is left out. */
function customHeaders(metadata: Record<string, string>): Record<string, string> {
  const entries = Object.entries(metadata)
    .filter(([key]) => TOKEN.test(key))
    .map(([key, value]) => [`x-goog-meta-${key}`, headerText(value)]);
  return Object.fromEntries(entries) as Record<string, string>;
}

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

const given = (name: string, value: string | undefined): Record<string, string> =>
  value === undefined ? {} : { [name]: headerText(value) };

/** Text as a header can carry it: UTF-8 bytes, and blanks for line breaks and the like. */
export const headerText = (text: string) =>
  Buffer.from(text)
    .toString('latin1')
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ');
