import { createHash } from 'node:crypto';
import { crc32c } from '@node-rs/crc32';
import { StorageError } from '../storage-error.ts';
import type { Bytes } from '../store/bytes.ts';

/** Checksums that a caller has declared, base64. */
export interface DeclaredChecksums {
  md5?: string;
  crc32c?: string;
}

/** Counts and sums bytes while they pass. */
export class Checksums {
  #md5 = createHash('md5');
  #crc32c = 0;
  size = 0;

  update(chunk: Uint8Array): void {
    this.#md5.update(chunk);
    this.#crc32c = crc32c(chunk, this.#crc32c);
    this.size += chunk.length;
  }

  tap(bytes: Bytes): Bytes {
    return (take) =>
      bytes((chunk) => {
        this.update(chunk);
        take(chunk);
      });
  }

  /** Takes bytes that go nowhere else. */
  drain(bytes: Bytes): Promise<void> {
    return bytes((chunk) => this.update(chunk));
  }

  /** The sums of all that has passed. They can be taken once. */
  digest(): { size: number; md5: string; crc32c: string } {
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(this.#crc32c);
    return { size: this.size, md5: this.#md5.digest('base64'), crc32c: crc.toString('base64') };
  }
}

/**
 * Compares the checksums of received bytes with those that the client announced.
 * @throws StorageError badDigest when they differ
 */
export function verifyDeclared(declared: DeclaredChecksums, actual: { md5: string | null; crc32c: string }): void {
  if (declared.md5 !== undefined && declared.md5 !== actual.md5) {
    throw new StorageError('badDigest', mismatch('MD5 hash', declared.md5, actual.md5));
  }
  if (declared.crc32c !== undefined && declared.crc32c !== actual.crc32c) {
    throw new StorageError('badDigest', mismatch('CRC32C', declared.crc32c, actual.crc32c));
  }
}

const mismatch = (kind: string, declared: string, actual: string | null) =>
  `Provided ${kind} "${declared}" doesn't match calculated ${kind} "${actual}".`;
