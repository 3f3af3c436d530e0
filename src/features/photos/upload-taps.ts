import { crc32c } from '@node-rs/crc32';
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Examination } from '../../pictures/examine.ts';
import type { Collection } from '../../objects/recent-originals.ts';

/** What is learned of an upload while its bytes pass; nothing is read twice. */
export interface Taps {
  /** Takes the next bytes. Resolves later where they take long to look at, so that other requests have their turn. */
  push(chunk: Buffer): Promise<void>;
  readonly size: number;
  sha256(): string;
  /** Base64 of the big-endian CRC32C, as Cloud Storage writes it. */
  crc32c(): string;
}

/** Bytes that are examined in one piece: of a file that is cut into tiny parts, they take some milliseconds. */
const SLICE = 8192;

const LONGEST_TURN_MS = 4;

/** Counts and hashes the bytes, and lets `examination` and `collection` have them. */
export function createTaps(examination: Examination, collection: Collection): Taps {
  const hash = createHash('sha256');
  let size = 0;
  let checksum = 0;
  let workedMs = 0;
  return {
    async push(chunk) {
      size += chunk.length;
      hash.update(chunk);
      checksum = crc32c(chunk, checksum);
      for (let at = 0; at < chunk.length; at += SLICE) {
        const startedAt = performance.now();
        examination.push(chunk.subarray(at, at + SLICE));
        workedMs += performance.now() - startedAt;
        if (workedMs < LONGEST_TURN_MS) continue;
        workedMs = 0;
        await nextTurn();
      }
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
