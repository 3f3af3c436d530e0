import { StorageError } from '../storage-error.ts';

/** Offsets of the first and the last byte. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The bytes that a Range header asks for of `size` bytes. Undefined means all of them: no header, a unit other than
 * bytes, or several ranges (RFC 9110, 14.2 lets a server pass over those). Throws where nothing can be satisfied.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | undefined {
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
