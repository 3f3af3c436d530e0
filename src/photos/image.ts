import type { Request } from 'express';
import { AppError } from '../http/errors.ts';
import type { Reply } from '../http/route.ts';
import { attachment } from '../http/header-values.ts';
import type { Photo } from '../library/shapes.ts';
import type { Blobs, ByteRange } from '../media/blobs.ts';
import type { VariantSize } from '../media/sizes.ts';
import type { Renditions } from './renditions.ts';

export interface ImageDeps {
  blobs: Blobs;
  renditions: Renditions;
}

/** Whatever a picture contains, a browser must show it as a picture or not at all. */
const MEDIA_HEADERS = {
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-site',
  'X-Content-Type-Options': 'nosniff',
  'Accept-Ranges': 'bytes',
};

/** The bytes of one size, or those that the request's `Range` asks for. */
export async function imageReply(
  deps: ImageDeps,
  photo: Photo,
  size: VariantSize | 'original',
  request: Request,
): Promise<Reply> {
  return size === 'original' ? originalReply(deps, photo, request) : variantReply(deps, photo, size, request);
}

async function variantReply({ renditions }: ImageDeps, photo: Photo, size: VariantSize, request: Request) {
  const bytes = await renditions.jpeg(photo, size);
  const range = rangeOf(request, bytes.length);
  const head = {
    etag: `${photo.id}-${size}`,
    type: 'image/jpeg',
    headers: { ...MEDIA_HEADERS, 'Cache-Control': 'private, max-age=31536000, immutable' },
  };
  if (!range) return { ...head, status: 200, bytes };
  return partial(head, bytes.subarray(range.start, range.end + 1), range, bytes.length);
}

function originalReply({ blobs }: ImageDeps, photo: Photo, request: Request): Reply {
  const range = rangeOf(request, photo.bytes);
  const head = {
    etag: photo.sha256,
    type: photo.type,
    headers: {
      ...MEDIA_HEADERS,
      'Cache-Control': 'private, max-age=3600',
      'Content-Disposition': attachment(photo.fileName ?? photo.id),
      'Repr-Digest': `sha-256=:${Buffer.from(photo.sha256, 'hex').toString('base64')}:`,
    },
  };
  if (range) return partial(head, blobs.stream(photo.object, range), range, photo.bytes);
  const headers = { ...head.headers, 'Content-Length': String(photo.bytes) };
  return { ...head, headers, status: 200, bytes: blobs.stream(photo.object) };
}

interface Head {
  etag: string;
  type: string;
  headers: Record<string, string>;
}

function partial(head: Head, bytes: Buffer | ReturnType<Blobs['stream']>, range: ByteRange, size: number): Reply {
  const headers = {
    ...head.headers,
    'Content-Range': `bytes ${range.start}-${range.end}/${size}`,
    'Content-Length': String(range.end - range.start + 1),
  };
  return { ...head, headers, status: 206, bytes };
}

/** The one range that is asked for; undefined for the whole, which also answers several ranges and strange ones. */
function rangeOf(request: Request, size: number): ByteRange | undefined {
  const ranges = request.range(size);
  if (ranges === -1) {
    throw new AppError('range-not-satisfiable', `There are ${size} bytes.`, {
      headers: { 'Content-Range': `bytes */${size}` },
    });
  }
  if (ranges === undefined || ranges === -2 || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  return ranges[0];
}
