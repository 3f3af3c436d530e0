import type { Clock } from '../../runtime/clock.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { absent, isAbsence } from '../../data/rules/erasure.ts';
import { photoRef } from '../../data/model/entity-refs.ts';
import type { Photo, Preview } from '../../data/model/records.ts';
import type { Blobs } from '../../objects/blobs.ts';
import { decodeBytes } from '../../pictures/decoding/decode-cost.ts';
import type { DecodeQueue, Turn } from '../../pictures/decoding/decode-queue.ts';
import type { DecodeLimits } from '../../pictures/decoding/decoder.ts';
import type { ImageType } from '../../pictures/formats.ts';
import { COMMON_FORMAT, mediaTypeOf, type PictureFormat } from '../../pictures/variants/picture-format.ts';
import type { Pictures } from '../../pictures/variants/variant-cache.ts';
import type { RecentOriginals } from '../../objects/recent-originals.ts';
import { readPictureFacts } from '../../pictures/facts/picture-facts.ts';
import { release } from '../../runtime/free-memory.ts';
import { EAGER_SIZES, fitWithin, type VariantSize } from '../../pictures/variants/sizes.ts';
import { decodeLarge, makeVariant, makeVariants, type DecodedPhoto } from '../../pictures/variants/variants.ts';
import type { ImageSize } from '../../pictures/parsers/findings.ts';
import { requireChecksum, sha256Of } from './announced-checksum.ts';
import type { DailyConversions } from './daily-conversions.ts';
import { createDecodedPhotos } from './decoded-photos.ts';
import {
  isOutdated,
  RECIPE,
  recipeOf,
  recipePrefix,
  variantName,
  variantTag,
  variantsPrefix,
  type PhotoRef,
} from './recipe.ts';
import { rejectPhoto } from './reject-photo.ts';
import { requireNotFailed } from './require-not-failed.ts';
import { shownSizeOf, withShownSize } from './shown-size.ts';

export interface PhotoVariantsDeps {
  clock: Clock;
  blobs: Blobs;
  pictures: Pictures;
  recentOriginals: RecentOriginals;
  decodes: DecodeQueue;
  decodeLimits: DecodeLimits;
  conversions: DailyConversions;
  library: Library;
  countDecode(made: 'after-upload' | 'on-demand'): void;
}

export interface StoredVariant {
  bytes: Buffer;
  format: PictureFormat;
  /** An earlier one than ours where the photo has not been made anew yet; ours where this is absent. */
  recipe?: number;
}

/** The smaller sizes of photos: objects that can be made again from the original at any time. */
export interface PhotoVariants {
  /**
   * Makes thumb, small and medium by our recipe and records that the photo is ready; those of an earlier recipe go then.
   * Callers at the same time share one run.
   */
  makeEager(photo: Photo): Promise<void>;
  /** One size in the first of these formats that it exists in; undefined when in none. Asks the bucket at most. */
  find(photo: PhotoRef, size: VariantSize, formats: readonly PictureFormat[]): Promise<StoredVariant | undefined>;
  /**
   * One size in one format: by an earlier recipe if that exists, or else made on the spot and kept. `signal` tells that
   * the client has gone.
   */
  make(photo: Photo, size: VariantSize, format: PictureFormat, signal?: AbortSignal): Promise<StoredVariant>;
}

/** What the smaller sizes of a photo are made from. */
const sourceOf = (photo: Photo): Preview => photo.preview ?? photo;
/** The smaller sizes have the shape that the decoder finds; where the file told another one, the photo is corrected. */
const isToldAs = (photo: Photo, { width, height }: ImageSize) => {
  const told = shownSizeOf(photo);
  return told.width === width && told.height === height;
};
const typeOf = (photo: Photo) => sourceOf(photo).type as ImageType;

export function createPhotoVariants(deps: PhotoVariantsDeps): PhotoVariants {
  const { clock, blobs, pictures, recentOriginals, decodes, decodeLimits, conversions, library } = deps;
  const decodedPhotos = createDecodedPhotos(clock);
  const stored = async ({ id }: Photo, object: string): Promise<Buffer> => {
    const bytes = await blobs.read(object);
    if (!bytes) throw new AppError('internal', `The original of photo ${id} is not in the bucket.`);
    return bytes;
  };
  const original = async (photo: Photo): Promise<Buffer> => {
    const { object } = sourceOf(photo);
    const bytes = recentOriginals.take(object) ?? (await stored(photo, object));
    if (photo.digest === 'claimed') await requireClaimed(photo, bytes);
    return bytes;
  };
  /** The digest is that of the original, of which a preview tells nothing. */
  const requireClaimed = async (photo: Photo, source: Buffer): Promise<void> => {
    const bytes = photo.preview ? await stored(photo, photo.object) : source;
    requireChecksum(await sha256Of(bytes), [photo.sha256]);
  };
  /** What `make` makes of a photo's original, whose memory is given back then. Tells what the decode will hold. */
  const makeOf = async <T>(
    photo: Photo,
    { size, holds }: { size: VariantSize; holds: Turn['holds'] },
    make: (bytes: Buffer, type: ImageType, limits: DecodeLimits) => Promise<T>,
  ): Promise<T> => {
    const bytes = await original(photo);
    const facts = readPictureFacts(bytes, typeOf(photo));
    holds(bytes.length + decodeBytes(facts, fitWithin(facts.width, facts.height, size)));
    const made = await make(bytes, typeOf(photo), decodeLimits);
    release(bytes);
    return made;
  };
  const save = (photo: Photo, size: VariantSize, { bytes, format }: StoredVariant) =>
    pictures.save(variantName(photo, size, format), bytes, mediaTypeOf(format));

  /**
   * A photo may be erased while its renditions are made: then those that were just written go as well. One whose bytes
   * are not those that were announced is removed.
   */
  const tidyUp = async (photo: Photo, error: unknown): Promise<never> => {
    if (isAbsence(error)) await pictures.removeAll(variantsPrefix(photo));
    if (!(error instanceof AppError && error.code === 'digest-mismatch')) throw error;
    await rejectPhoto(library, photo);
    throw absent({ ...photo, erasedFor: 'digest-mismatch' });
  };

  async function eager(photo: Photo, { holds, decoded }: Turn): Promise<void> {
    const { variants, shown, placeholder, color } = await makeOf(photo, { size: 'medium', holds }, makeVariants);
    decoded();
    deps.countDecode('after-upload');
    await Promise.all(EAGER_SIZES.map((size) => save(photo, size, variants[size])));
    await library.commit(
      photo.user,
      async (change) => {
        const before = await change.photos.get(photo.id);
        const outdated = isOutdated(before);
        if (before.state === 'ready' && !outdated && isToldAs(before, shown)) return;
        const attempts = photo.processing.attempts + 1;
        await change.photos.progress(photo.id, {
          state: 'ready',
          recipe: RECIPE,
          digest: 'proved',
          ...withShownSize(before, shown),
          placeholder,
          color,
          processing: { attempts, lastError: null, nextAttemptAt: null },
        });
        if (outdated) change.objects.eraseAll(recipePrefix(before, recipeOf(before)));
      },
      [photoRef(photo.id)],
    );
  }

  /** The photo at the size from which all others are made: decoded now, unless it has just been. Counts one conversion. */
  async function decodedPhoto(photo: Photo, { holds }: Turn): Promise<DecodedPhoto> {
    const known = decodedPhotos.get(photo.id);
    if (known) {
      conversions.count(photo.user);
      return known;
    }
    const countOnce = (bytes: number) => {
      holds(bytes);
      conversions.count(photo.user);
    };
    const made = await makeOf(photo, { size: 'large', holds: countOnce }, decodeLarge);
    deps.countDecode('on-demand');
    decodedPhotos.set(photo.id, made);
    return made;
  }

  async function onDemand(photo: Photo, size: VariantSize, format: PictureFormat, turn: Turn): Promise<StoredVariant> {
    // Another instance may have made it since it was asked for here.
    const bytes = await pictures.readThrough(variantName(photo, size, format));
    if (bytes) return { bytes, format };
    const source = await decodedPhoto(photo, turn);
    const made = await makeVariant(source, { size, format }, decodeLimits);
    turn.decoded();
    await save(photo, size, made);
    await library.commit(
      photo.user,
      async (change) => {
        const before = await change.photos.get(photo.id);
        if (!isToldAs(before, source.shown))
          await change.photos.progress(photo.id, withShownSize(before, source.shown));
      },
      [photoRef(photo.id)],
    );
    return made;
  }

  /** Runs a job for a photo in the queue, in the turn of its owner. */
  const inTurn = <T>(photo: Photo, name: string, job: (turn: Turn) => Promise<T>, signal?: AbortSignal) =>
    decodes.run({
      user: photo.user,
      photo: photo.id,
      key: `${name}/${photo.id}`,
      bytes: sourceOf(photo).bytes,
      signal,
      job: (turn) => job(turn).catch((error) => tidyUp(photo, error)),
    });
  const makeEager = (photo: Photo, signal?: AbortSignal) =>
    inTurn(photo, 'eager', (turn) => eager(photo, turn), signal);

  async function find(photo: PhotoRef, size: VariantSize, formats: readonly PictureFormat[]) {
    const read = formats.map((format) => pictures.read(variantName(photo, size, format)));
    const all = await Promise.all(read);
    const at = all.findIndex((bytes) => bytes !== undefined);
    return at < 0 ? undefined : ({ bytes: all[at], format: formats[at] } as StoredVariant);
  }

  /** Old pictures at once are better than new ones after a wait: a job makes them anew. */
  async function findEarlier(photo: Photo, size: VariantSize, format: PictureFormat) {
    const recipe = recipeOf(photo);
    const bytes = recipe === RECIPE ? undefined : await pictures.read(variantName(photo, size, format, recipe));
    return bytes && { bytes, format, recipe };
  }

  return {
    makeEager: (photo) => makeEager(photo),
    find,
    async make(photo, size, format, signal) {
      requireNotFailed(photo, clock.now());
      const earlier = await findEarlier(photo, size, format);
      if (earlier) return earlier;
      if (size === 'large' || format !== COMMON_FORMAT) {
        conversions.requireLeft(photo.user);
        const job = (turn: Turn) => onDemand(photo, size, format, turn);
        return inTurn(photo, variantTag(size, format), job, signal);
      }
      await makeEager(photo, signal);
      const made = await find(photo, size, [format]);
      if (!made) throw new AppError('internal', `The ${size} of photo ${photo.id} was made but is not in the bucket.`);
      return made;
    },
  };
}
