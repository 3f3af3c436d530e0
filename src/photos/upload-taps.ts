import { crc32c } from '@node-rs/crc32';
import { createHash } from 'node:crypto';
import type { Collection } from '../media/recent-originals.ts';

/** Enough of a JPEG to hold its metadata and its frame header. */
const HEAD_BYTES = 256 * 1024;

/** What is learned of an upload while its bytes pass; nothing is read twice. */
export interface Taps {
  push(chunk: Buffer): void;
  readonly size: number;
  sha256(): string;
  /** Base64 of the big-endian CRC32C, as Cloud Storage writes it. */
  crc32c(): string;
  /** The first 256 KiB. */
  head(): Buffer;
  /** The whole file, where there was room for it in memory. */
  whole(): Buffer | undefined;
}

export function createTaps(collection: Collection): Taps {
  const hash = createHash('sha256');
  const head: Buffer[] = [];
  let size = 0;
  let checksum = 0;
  return {
    push(chunk) {
      if (size < HEAD_BYTES) head.push(chunk.subarray(0, HEAD_BYTES - size));
      size += chunk.length;
      hash.update(chunk);
      checksum = crc32c(chunk, checksum);
      collection.push(chunk);
    },
    get size() {
      return size;
    },
    sha256: () => hash.digest('hex'),
    crc32c() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(checksum >>> 0);
      return bytes.toString('base64');
    },
    head: () => Buffer.concat(head),
    whole: () => (size <= HEAD_BYTES ? Buffer.concat(head) : collection.bytes()),
  };
}
