import type { Clock } from '../clock.ts';
import { AppError } from '../http/errors.ts';
import type { Library } from '../library/commit.ts';
import { absent, isAbsence } from '../library/erasure.ts';
import { photoRow } from '../library/rows.ts';
import type { Photo, Preview } from '../library/shapes.ts';
import type { Blobs } from '../media/blobs.ts';
import type { DecodeQueue } from '../media/decode-queue.ts';
import type { DecodeLimits } from '../media/decoder.ts';
import type { ImageType } from '../media/formats.ts';
import { COMMON_FORMAT, mediaTypeOf, type PictureFormat } from '../media/picture-format.ts';
import type { Pictures } from '../media/pictures.ts';
import type { RecentOriginals } from '../media/recent-originals.ts';
import { release } from '../release.ts';
import { EAGER_SIZES, type VariantSize } from '../media/sizes.ts';
import { makeVariant, makeVariants } from '../media/variants.ts';
import type { ImageSize } from '../media/walks/findings.ts';
import { requireDigest, sha256Of } from './announced-digest.ts';
import {
  isOutdated,
  RECIPE,
  recipeOf,
  recipePrefix,
  renditionName,
  renditionTag,
  variantsPrefix,
  type PhotoRef,
} from './recipe.ts';
import { rejectPhoto } from './reject-photo.ts';
import { requireNotFailed } from './require-not-failed.ts';
import { shownSizeOf, withShownSize } from './shown-size.ts';

export interface RenditionDeps {
  clock: Clock;
  blobs: Blobs;
  pictures: Pictures;
  recentOriginals: RecentOriginals;
  decodes: DecodeQueue;
  decodeLimits: DecodeLimits;
  library: Library;
}

export interface Rendition {
  bytes: Buffer;
  format: PictureFormat;
  /** An earlier one than ours where the photo has not been made anew yet; ours where this is absent. */
  recipe?: number;
}

/** The smaller sizes of photos: objects that can be made again from the original at any time. */
export interface Renditions {
  /**
   * Makes thumb, small and medium by our recipe and records that the photo is ready; those of an earlier recipe go then.
   * Callers at the same time share one run.
   */
  makeEager(photo: Photo): Promise<void>;
  /** One size in the first of these formats that it exists in; undefined when in none. Asks the bucket at most. */
  find(photo: PhotoRef, size: VariantSize, formats: readonly PictureFormat[]): Promise<Rendition | undefined>;
  /** One size in one format: by an earlier recipe if that exists, or else made on the spot and kept. */
  make(photo: Photo, size: VariantSize, format: PictureFormat): Promise<Rendition>;
}

/** What the smaller sizes of a photo are made from. */
const sourceOf = (photo: Photo): Preview => photo.preview ?? photo;
/** The smaller sizes have the shape that the decoder finds; where the file told another one, the photo is corrected. */
const isToldAs = (photo: Photo, { width, height }: ImageSize) => {
  const told = shownSizeOf(photo);
  return told.width === width && told.height === height;
};
const typeOf = (photo: Photo) => sourceOf(photo).type as ImageType;

export function createRenditions(deps: RenditionDeps): Renditions {
  const { clock, blobs, pictures, recentOriginals, decodes, decodeLimits, library } = deps;
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
    requireDigest(await sha256Of(bytes), [photo.sha256]);
  };
  /** What `make` makes of a photo's original, which nobody sees afterwards. */
  const makeOf = async <T>(photo: Photo, make: (bytes: Buffer, type: ImageType) => Promise<T>): Promise<T> => {
    const bytes = await original(photo);
    const made = await make(bytes, typeOf(photo));
    release(bytes);
    return made;
  };
  const save = (photo: Photo, size: VariantSize, { bytes, format }: Rendition) =>
    pictures.save(renditionName(photo, size, format), bytes, mediaTypeOf(format));

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

  async function eager(photo: Photo, decoded: () => void): Promise<void> {
    const { variants, shown, placeholder, color } = await makeOf(photo, (bytes, type) =>
      makeVariants(bytes, type, decodeLimits),
    );
    decoded();
    await Promise.all(EAGER_SIZES.map((size) => save(photo, size, variants[size])));
    await library.commit(
      photo.user,
      async (change) => {
        const before = await change.photo(photo.id);
        const outdated = isOutdated(before);
        if (before.state === 'ready' && !outdated && isToldAs(before, shown)) return;
        const attempts = photo.processing.attempts + 1;
        await change.progress(photo.id, {
          state: 'ready',
          recipe: RECIPE,
          digest: 'proved',
          ...withShownSize(before, shown),
          placeholder,
          color,
          processing: { attempts, lastError: null, nextAttemptAt: null },
        });
        if (outdated) change.discardAll(recipePrefix(before, recipeOf(before)));
      },
      [photoRow(photo.id)],
    );
  }

  async function onDemand(
    photo: Photo,
    size: VariantSize,
    format: PictureFormat,
    decoded: () => void,
  ): Promise<Rendition> {
    // Another instance may have made it since it was asked for here.
    const bytes = await pictures.readThrough(renditionName(photo, size, format));
    if (bytes) return { bytes, format };
    const made = await makeOf(photo, (bytes, type) => makeVariant(bytes, type, { size, format }, decodeLimits));
    decoded();
    await save(photo, size, made);
    await library.commit(
      photo.user,
      async (change) => {
        const before = await change.photo(photo.id);
        if (!isToldAs(before, made.shown)) await change.progress(photo.id, withShownSize(before, made.shown));
      },
      [photoRow(photo.id)],
    );
    return made;
  }

  const makeEager = (photo: Photo) =>
    decodes.run(`eager/${photo.id}`, (decoded) => eager(photo, decoded).catch((error) => tidyUp(photo, error)));

  async function find(photo: PhotoRef, size: VariantSize, formats: readonly PictureFormat[]) {
    const read = formats.map((format) => pictures.read(renditionName(photo, size, format)));
    const all = await Promise.all(read);
    const at = all.findIndex((bytes) => bytes !== undefined);
    return at < 0 ? undefined : ({ bytes: all[at], format: formats[at] } as Rendition);
  }

  /** Old pictures at once are better than new ones after a wait: a job makes them anew. */
  async function findEarlier(photo: Photo, size: VariantSize, format: PictureFormat) {
    const recipe = recipeOf(photo);
    const bytes = recipe === RECIPE ? undefined : await pictures.read(renditionName(photo, size, format, recipe));
    return bytes && { bytes, format, recipe };
  }

  return {
    makeEager,
    find,
    async make(photo, size, format) {
      requireNotFailed(photo, clock.now());
      const earlier = await findEarlier(photo, size, format);
      if (earlier) return earlier;
      if (size === 'large' || format !== COMMON_FORMAT) {
        const key = `${renditionTag(size, format)}/${photo.id}`;
        return decodes.run(key, (decoded) =>
          onDemand(photo, size, format, decoded).catch((error) => tidyUp(photo, error)),
        );
      }
      await makeEager(photo);
      const made = await find(photo, size, [format]);
      if (!made) throw new AppError('internal', `The ${size} of photo ${photo.id} was made but is not in the bucket.`);
      return made;
    },
  };
}
