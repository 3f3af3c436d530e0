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
import { variantTag, type PhotoRef } from './recipe.ts';
import type { PhotoVariants } from './photo-variants.ts';
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
}

/** Replies with one of the smaller sizes. Only one that has to be made costs a read of Datastore. */
export async function variantReply(deps: VariantDeps, request: Request, wanted: WantedVariant): Promise<Reply> {
  const { photo, size, format } = wanted;
  const formats = format === 'auto' ? acceptedFormats(request.get('Accept')) : [format];
  const headers = {
    'Cache-Control': cachingOf(wanted),
    ...(format === 'auto' && { Vary: 'Accept' }),
  };
  const tagOf = (format: PictureFormat, recipe?: number) => `${photo.id}-${variantTag(size, format, recipe)}`;
  const had = formats.map((each) => tagOf(each)).find((etag) => holds(request, etag));
  if (had !== undefined) return unchanged({ etag: had, headers });

  const make = async () => {
    const stored = await requirePhoto(deps, photo.user, photo.id);
    // Only the decode queue bounds this. In it users take turns, which a queue in front of it would prevent.
    return deps.photoVariants.make(stored, size, format === 'auto' ? COMMON_FORMAT : format, clientGone(request));
  };
  const variant = (await deps.photoVariants.find(photo, size, formats)) ?? (await make());
  const { bytes } = variant;
  return mediaReply(request, {
    etag: tagOf(variant.format, variant.recipe),
    type: mediaTypeOf(variant.format),
    size: bytes.length,
    headers,
    read: (range) => (range ? bytes.subarray(range.start, range.end + 1) : bytes),
  });
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
