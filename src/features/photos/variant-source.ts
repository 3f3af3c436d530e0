import { AppError } from '../../runtime/errors.ts';
import type { PhotoProgress } from '../../data/rules/photo-changes.ts';
import type { Photo, Preview } from '../../data/model/records.ts';
import { shownSizeOf } from '../../data/model/tile.ts';
import type { Blobs } from '../../objects/blobs.ts';
import type { RecentOriginals } from '../../objects/recent-originals.ts';
import { decodeBytes } from '../../pictures/decoding/decode-cost.ts';
import type { Turn } from '../../pictures/decoding/decode-queue.ts';
import type { DecodeLimits } from '../../pictures/decoding/decoder.ts';
import { readPictureFacts } from '../../pictures/decoding/picture-facts.ts';
import type { ImageType } from '../../pictures/formats.ts';
import type { ImageSize } from '../../pictures/parsers/findings.ts';
import { fitWithin, type VariantSize } from '../../pictures/variants/sizes.ts';
import type { DecodeHow } from '../../pictures/variants/variants.ts';
import { requireChecksum, sha256Of } from './announced-checksum.ts';

export interface SourceDeps {
  blobs: Blobs;
  recentOriginals: RecentOriginals;
  decodeLimits: DecodeLimits;
}

/** What the smaller sizes of a photo are made from: its preview, or else the original. */
export const sourceOf = (photo: Photo): Preview => photo.preview ?? photo;

/**
 * Decodes the source of a photo to `size` with `make`, turned by its owner. The memory of the source is used again.
 * @param holds is told how many bytes the decode will hold
 * @throws AppError digest-mismatch for bytes that are not those that the client announced; internal
 */
export async function decodeSource<T>(
  deps: SourceDeps,
  photo: Photo,
  { size, holds }: { size: VariantSize; holds: Turn['holds'] },
  make: (bytes: Buffer, type: ImageType, how: DecodeHow) => Promise<T>,
): Promise<T> {
  const type = sourceOf(photo).type as ImageType;
  const bytes = await readSource(deps, photo);
  const facts = readPictureFacts(bytes, type);
  holds(bytes.length + decodeBytes(facts, fitWithin(facts.width, facts.height, size)));
  const made = await make(bytes, type, { limits: deps.decodeLimits, rotation: photo.rotation });
  deps.recentOriginals.reuse(bytes);
  return made;
}

async function readSource(deps: SourceDeps, photo: Photo): Promise<Buffer> {
  const { object } = sourceOf(photo);
  const bytes = deps.recentOriginals.take(object) ?? (await stored(deps, photo, object));
  // The checksum is that of the original. It says nothing of a preview.
  if (photo.digest === 'claimed') {
    const original = photo.preview ? await stored(deps, photo, photo.object) : bytes;
    requireChecksum(await sha256Of(original), [photo.sha256]);
  }
  return bytes;
}

async function stored({ blobs }: SourceDeps, { id }: Photo, object: string): Promise<Buffer> {
  const bytes = await blobs.read(object);
  if (!bytes) throw new AppError('internal', `The original of photo ${id} is not in the bucket.`);
  return bytes;
}

/** Whether the photo says of itself the size that the decoder has found; else `withShownSize` corrects it. */
export function isShownAs(photo: Photo, { width, height }: ImageSize): boolean {
  const said = shownSizeOf(photo);
  return said.width === width && said.height === height;
}

/** The change that gives the photo the size that the decoder has found. */
export const withShownSize = ({ preview }: Photo, { width, height }: ImageSize): PhotoProgress =>
  preview?.shown ? { preview: { ...preview, shown: { width, height } } } : { width, height };
