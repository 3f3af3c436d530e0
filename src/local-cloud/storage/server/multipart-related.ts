import { StorageError } from '../storage-error.ts';
import type { Bytes } from '../store/blobs.ts';
import { DelimitedReader } from './delimited-reader.ts';
import { MAX_METADATA_BYTES, parseObject, readAll } from './json-body.ts';

/** The two parts of a multipart upload (RFC 2387): a resource, then the bytes, still to be read. */
interface RelatedParts {
  metadata: Record<string, unknown>;
  /** The media part's own Content-Type. */
  contentType: string | undefined;
  media: Bytes;
}

const HEAD_END = Buffer.from('\r\n\r\n');

export async function readRelated(bytes: Bytes, contentType: string | undefined): Promise<RelatedParts> {
  const boundary = Buffer.from(`\r\n--${boundaryOf(contentType)}`);
  const reader = new DelimitedReader(bytes, '\r\n');
  await readAll(reader.until(boundary), MAX_METADATA_BYTES);
  await readAll(reader.until(HEAD_END), MAX_METADATA_BYTES);
  const metadata = parseObject((await readAll(reader.until(boundary), MAX_METADATA_BYTES)).toString('utf8'));
  const head = (await readAll(reader.until(HEAD_END), MAX_METADATA_BYTES)).toString('latin1');
  return { metadata, contentType: /^content-type:\s*(.+?)\s*$/im.exec(head)?.[1], media: reader.until(boundary) };
}

function boundaryOf(contentType: string | undefined): string {
  const match = /^multipart\/related\s*;.*\bboundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? '');
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined)
    throw new StorageError('invalid', 'A multipart/related body with a boundary is expected.');
  return boundary;
}
