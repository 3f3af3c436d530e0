import type { Request } from 'express';
import type { Clock } from '../../runtime/clock.ts';
import { attachment } from '../../http/replies/header-values.ts';
import type { Reply } from '../../http/route.ts';
import type { Photo } from '../../data/model/records.ts';
import type { Blobs } from '../../objects/blobs.ts';
import type { ImageType } from '../../pictures/formats.ts';
import type { KeptType } from '../../pictures/kept-formats.ts';
import { cachingOf, mediaReply } from './media-reply.ts';

export interface OriginalDeps {
  blobs: Blobs;
  clock: Clock;
  limits: { maxReplyBytes: number };
}

interface ShownOriginal {
  photo: Photo;
  /** Whether the URL says by itself that it may be shown. */
  signed: boolean;
  /** Whether it was made for the guests of a share. */
  shared?: boolean;
  /** Whether to show it on a page, not to save it. */
  inline?: boolean;
}

/** How long the bucket honours the URL that a large original is redirected to. */
const REDIRECT_LIFE_MS = 15 * 60_000;

/** A HEAD reads this, so that it fails as a GET does when the object is missing. */
const FIRST_BYTE = { start: 0, end: 0 };

/** Replies with the original bit for bit: as a stream, or by a redirect to the bucket if it is too large for one reply. */
export async function originalReply(deps: OriginalDeps, request: Request, shown: ShownOriginal): Promise<Reply> {
  const { photo, inline = false } = shown;
  const disposition = inline ? 'inline' : attachment(downloadName(photo.fileName ?? photo.id, photo.type));
  if (photo.bytes > deps.limits.maxReplyBytes) return redirect(deps, photo, disposition);
  return mediaReply(request, {
    etag: photo.sha256,
    type: photo.type,
    size: photo.bytes,
    headers: { 'Cache-Control': cachingOf(shown), 'Content-Disposition': disposition, ...digestOf(photo) },
    read: (range) => deps.blobs.stream(photo.object, request.method === 'HEAD' ? FIRST_BYTE : range),
  });
}

/** RFC 9530. A checksum that a client only announced, for bytes that it sent to the bucket itself, is not passed on. */
const digestOf = ({ digest, sha256 }: Photo) =>
  digest === 'proved' && { 'Repr-Digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:` };

async function redirect({ blobs, clock }: OriginalDeps, photo: Photo, disposition: string): Promise<Reply> {
  const from = clock.now();
  const location = await blobs.signedUrl(photo.object, { from, until: from + REDIRECT_LIFE_MS, disposition });
  return { status: 302, headers: { Location: location, 'Cache-Control': 'private, no-store' } };
}

/**
 * The name under which an original is saved: its own name, with a fitting extension behind it unless it has one. Browsers and systems open a file by its extension, and a client may call a picture `x.html`. The
 * whole name stays, so that the owner finds it again, and two files never get one name.
 */
function downloadName(name: string, type: string): string {
  const fitting = FITTING[type as ImageType | KeptType];
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return fitting.includes(extension) ? name : `${name}.${fitting[0]}`;
}

/** Extensions of each type; the first one is added. */
const FITTING: Record<ImageType | KeptType, readonly [string, ...string[]]> = {
  'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif', 'pjpeg', 'pjp', 'mpo'],
  'image/png': ['png', 'apng'],
  'image/gif': ['gif'],
  'image/webp': ['webp'],
  'image/avif': ['avif', 'heif', 'hif'],
  'image/heic': ['heic', 'heif', 'hif'],
  // Raw files of many cameras are TIFF by their content.
  'image/tiff': ['tif', 'tiff', 'dng', 'nef', 'nrw', 'cr2', 'arw', 'sr2', 'srw', 'pef', '3fr', 'iiq', 'erf', 'rwl'],
  'image/jxl': ['jxl'],
};
