import { buffer } from 'node:stream/consumers';
import { AppError } from '../../runtime/errors.ts';
import type { Readable } from 'node:stream';
import type { ByteRange } from '../../runtime/byte-range.ts';
import type { Source } from './source-parser.ts';

/** Bytes in memory as a source. */
export function memorySource(bytes: Buffer): Source {
  return { size: bytes.length, read: async (start, end) => bytes.subarray(start, end) };
}

/** An object of the bucket as a source, of a known size in bytes. Its reads throw `unavailable`. */
export function objectSource(
  blobs: { stream(name: string, range: ByteRange): Readable },
  object: string,
  size: number,
): Source {
  return {
    size,
    async read(start, end) {
      try {
        return await buffer(blobs.stream(object, { start, end: end - 1 }));
      } catch (cause) {
        throw new AppError('unavailable', 'The bucket did not give the file back. Send it again.', {
          cause,
          headers: { 'Retry-After': '1' },
        });
      }
    },
  };
}
