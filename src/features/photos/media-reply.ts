import type { Request } from 'express';
import type { Readable } from 'node:stream';
import { matchesIfNoneMatch } from '../../http/replies/conditional.ts';
import type { ByteRange } from '../../runtime/byte-range.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Reply } from '../../http/route.ts';

/** Bytes that never change under their entity tag, and how to read a part of them. */
interface Media {
  etag: string;
  type: string;
  size: number;
  headers: Record<string, string>;
  read(range?: ByteRange): Buffer | Readable;
}

/**
 * A browser must show a picture as a picture or not at all, whatever the file contains. The style is that of the page which
 * a browser builds around a picture that is opened by itself.
 */
const MEDIA_HEADERS = {
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-site',
  'Accept-Ranges': 'bytes',
  // The token in `t` changes, the picture does not: caches need not fetch it again (draft-ietf-httpbis-no-vary-search).
  'No-Vary-Search': 'params=("t")',
};

/** A signed URL lives for a day at most, and its bytes never change: a browser need not ask again. */
const AS_LONG_AS_THE_URL = 'private, max-age=86400, immutable';

/** Without a signature the caller decides what is shown, so a browser must ask each time. */
const ONLY_AFTER_ASKING = 'private, no-cache';

/** A share may be revoked at any time. */
const FOR_A_MINUTE = 'private, max-age=60';

export const cachingOf = ({ signed, shared }: { signed: boolean; shared?: boolean | undefined }) =>
  shared ? FOR_A_MINUTE : signed ? AS_LONG_AS_THE_URL : ONLY_AFTER_ASKING;

/** Replies with the bytes, with the range that the request asks for, or with 304 when the client has them. */
export function mediaReply(request: Request, media: Media): Reply {
  const { etag, type, size, headers, read } = media;
  // RFC 9110, 13.2.2: this condition comes before the range.
  if (matchesIfNoneMatch(request.get('If-None-Match'), etag)) return unchanged(media);
  const range = rangeOf(request, size, etag);
  const sent = range ? range.end - range.start + 1 : size;
  return {
    status: range ? 206 : 200,
    etag,
    type,
    headers: {
      ...MEDIA_HEADERS,
      ...headers,
      'Content-Length': String(sent),
      ...(range && { 'Content-Range': `bytes ${range.start}-${range.end}/${size}` }),
    },
    bytes: read(range),
  };
}

/** RFC 9110, 15.4.5: a 304 carries the tag and the caching headers. */
export const unchanged = ({ etag, headers }: Pick<Media, 'etag' | 'headers'>): Reply => ({
  status: 304,
  etag,
  headers: { ...MEDIA_HEADERS, ...headers },
});

/**
 * The one range that a request asks for (RFC 9110, 14.2), read by Express's range-parser. Undefined for the whole, which
 * also answers several ranges, malformed ones, and an `If-Range` that names another version.
 * @param etag strong, without quotes
 * @throws AppError range-not-satisfiable when the range begins behind the end
 */
function rangeOf(request: Request, size: number, etag: string): ByteRange | undefined {
  if (request.method !== 'GET') return undefined;
  // RFC 9110, 13.1.5: the strong comparison. Dates never match, because no reply carries Last-Modified.
  const version = request.get('If-Range');
  if (version !== undefined && version !== `"${etag}"`) return undefined;
  const ranges = request.range(size);
  if (ranges === -1) {
    throw new AppError(
      'range-not-satisfiable',
      `There are ${size} bytes. Ask for a range that begins before the end.`,
      {
        headers: { 'Content-Range': `bytes */${size}` },
      },
    );
  }
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  return ranges[0];
}
