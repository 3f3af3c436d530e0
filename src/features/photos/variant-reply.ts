import type { Request } from 'express';
import { matchesIfNoneMatch } from '../../http/replies/conditional.ts';
import type { Reply } from '../../http/route.ts';
import type { Store } from '../../data/read/store.ts';
import {
  acceptedFormats,
  COMMON_FORMAT,
  mediaTypeOf,
  type PictureFormat,
} from '../../pictures/variants/picture-format.ts';
import type { VariantSize } from '../../pictures/variants/sizes.ts';
import { cachingOf, mediaReply, unchanged } from './media-reply.ts';
import { variantTag, type PhotoRef, type RotatedPhotoRef } from './recipe.ts';
import type { PhotoVariants } from './photo-variants.ts';
import type { StoredVariant } from './stored-variants.ts';
import { requirePhoto } from './require-photo.ts';

export interface VariantDeps {
  store: Store;
  photoVariants: PhotoVariants;
}

interface WantedVariant {
  photo: PhotoRef;
  size: VariantSize;
  /** `auto`: the best that exists of what the request's `Accept` allows. */
  format: PictureFormat | 'auto';
  /** Whether the URL says by itself that it may be shown. */
  signed: boolean;
  /** Whether it was made for the guests of a share. */
  shared: boolean;
  /** After how many rotations the picture of a signed URL was made. */
  rotations: number;
}

/**
 * Replies with one of the smaller sizes. A signed URL names the picture that it shows. While that exists, Datastore is not
 * read. When the owner has rotated the photo since and it is gone, the reply shows the photo as it is now.
 */
export async function variantReply(deps: VariantDeps, request: Request, wanted: WantedVariant): Promise<Reply> {
  const { size, format, signed, shared, rotations } = wanted;
  const { user, id } = wanted.photo;
  const formats = format === 'auto' ? acceptedFormats(request.get('Accept')) : [format];
  const named = signed ? { user, id, rotations } : await requirePhoto(deps, user, id);
  const headersOf = (shown: RotatedPhotoRef) => ({
    'Cache-Control': cachingOf({ signed: signed && shown.rotations === rotations, shared }),
    ...(format === 'auto' && { Vary: 'Accept' }),
  });
  const tagOf = (shown: RotatedPhotoRef, format: PictureFormat, recipe?: number) =>
    `${id}-${variantTag(shown, size, format, recipe)}`;
  const had = formats.map((each) => tagOf(named, each)).find((etag) => holds(request, etag));
  if (had !== undefined) return unchanged({ etag: had, headers: headersOf(named) });

  const send = (shown: RotatedPhotoRef, { bytes, format, recipe }: StoredVariant) =>
    mediaReply(request, {
      etag: tagOf(shown, format, recipe),
      type: mediaTypeOf(format),
      size: bytes.length,
      headers: headersOf(shown),
      read: (range) => (range ? bytes.subarray(range.start, range.end + 1) : bytes),
    });
  const existing = await deps.photoVariants.find(named, size, formats);
  if (existing) return send(named, existing);
  const photo = await requirePhoto(deps, user, id);
  const current = photo.rotations === named.rotations ? undefined : await deps.photoVariants.find(photo, size, formats);
  if (current) return send(photo, current);
  // Only the decode queue bounds this. In it users take turns, which a queue in front of it would prevent.
  const wantedFormat = format === 'auto' ? COMMON_FORMAT : format;
  return send(photo, await deps.photoVariants.make(photo, size, wantedFormat, clientGone(request)));
}

/** `*` would match a variant that the client has never asked for. */
function holds(request: Request, etag: string): boolean {
  const tags = request.get('If-None-Match');
  return tags !== undefined && tags.trim() !== '*' && matchesIfNoneMatch(tags, etag);
}

/** A signal that is aborted when the connection of a request closes, before its reply has been sent or after. */
function clientGone({ res }: Request): AbortSignal {
  const gone = new AbortController();
  if (res?.destroyed) gone.abort();
  else res?.once('close', () => gone.abort());
  return gone.signal;
}
