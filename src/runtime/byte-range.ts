import type { Request } from 'express';
import { AppError } from './errors.ts';

/** Inclusive byte positions, as in HTTP. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The one range of a thing of `size` bytes that a request asks for (RFC 9110, 14.2). Undefined for the whole, which also
 * answers several ranges, strange ones, and an `If-Range` that names another version.
 * @param etag Strong, without quotes.
 * @throws AppError `range-not-satisfiable` when the range begins behind the end.
 */
export function rangeOf(request: Request, size: number, etag: string): ByteRange | undefined {
  if (request.method !== 'GET') return undefined;
  // RFC 9110, 13.1.5: the strong comparison. Dates never match, for nothing here is sent with one.
  const version = request.get('If-Range');
  if (version !== undefined && version !== `"${etag}"`) return undefined;
  const ranges = request.range(size);
  if (ranges === -1) {
    throw new AppError('range-not-satisfiable', `There are ${size} bytes.`, {
      headers: { 'Content-Range': `bytes */${size}` },
    });
  }
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  return ranges[0];
}
