import { crc32c } from '@node-rs/crc32';
import { createHash } from 'node:crypto';
import type { Examination } from '../media/examine.ts';
import type { Collection } from '../media/recent-originals.ts';

/** What is learned of an upload while its bytes pass; nothing is read twice. */
export interface Taps {
  push(chunk: Buffer): void;
  readonly size: number;
  sha256(): string;
  /** Base64 of the big-endian CRC32C, as Cloud Storage writes it. */
  crc32c(): string;
}

/** Counts and hashes the bytes, and lets `examination` and `collection` have them. */
export function createTaps(examination: Examination, collection: Collection): Taps {
  const hash = createHash('sha256');
  let size = 0;
  let checksum = 0;
  return {
    push(chunk) {
      size += chunk.length;
      hash.update(chunk);
      checksum = crc32c(chunk, checksum);
      examination.push(chunk);
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
  };
}
