import type { Request } from 'express';
import type { Readable } from 'node:stream';
import { matchesIfNoneMatch } from '../../http/replies/conditional.ts';
import { rangeOf, type ByteRange } from '../../runtime/byte-range.ts';
import type { Reply } from '../../http/route.ts';

/** Bytes that never change under their tag, and how to get a part of them. */
export interface Media {
  etag: string;
  type: string;
  size: number;
  headers: Record<string, string>;
  read(range?: ByteRange): Buffer | Readable;
}

/**
 * Whatever a picture contains, a browser must show it as a picture or not at all. The style is that of the page which a
 * browser builds around a picture that is opened by itself.
 */
const MEDIA_HEADERS = {
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-site',
  'Accept-Ranges': 'bytes',
};

/** A signed URL lives for a day at most, and what it names never changes: nobody needs to ask again. */
const AS_LONG_AS_THE_URL = 'private, max-age=86400, immutable';

/** Without a signature who is asking decides, so that a browser must ask each time. */
const ONLY_AFTER_ASKING = 'private, no-cache';

export const cachingOf = ({ signed }: { signed: boolean }) => (signed ? AS_LONG_AS_THE_URL : ONLY_AFTER_ASKING);

/** The bytes, or those that the request's `Range` asks for, or that the client has them already. */
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

/** RFC 9110, 15.4.5: the tag, and what says how long it holds. */
export const unchanged = ({ etag, headers }: Pick<Media, 'etag' | 'headers'>): Reply => ({
  status: 304,
  etag,
  headers: { ...MEDIA_HEADERS, ...headers },
});
