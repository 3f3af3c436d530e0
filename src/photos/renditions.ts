import { AppError } from '../http/errors.ts';
import type { Library } from '../library/commit.ts';
import { photoRow } from '../library/rows.ts';
import type { Photo } from '../library/shapes.ts';
import type { Blobs } from '../media/blobs.ts';
import type { DecodeQueue } from '../media/decode-queue.ts';
import type { ImageType } from '../media/formats.ts';
import type { RecentOriginals } from '../media/recent-originals.ts';
import { EAGER_SIZES, type VariantSize } from '../media/sizes.ts';
import { makeLarge, makeVariants } from '../media/variants.ts';
import { requireDigest, sha256Of } from './announced-digest.ts';
import { requireNotFailed } from './require-not-failed.ts';

/** Counts up when the way variants are made changes: their objects get new names, and old URLs stay right. */
const RECIPE = 1;

export interface RenditionDeps {
  blobs: Blobs;
  recentOriginals: RecentOriginals;
  decodes: DecodeQueue;
  library: Library;
}

/** The smaller sizes of photos: objects that can be made again from the original at any time. */
export interface Renditions {
  /** Makes thumb, small and medium and records that the photo is ready. Callers at the same time share one run. */
  makeEager(photo: Photo): Promise<void>;
  /** The JPEG of one size; made on the spot when it does not exist yet, and kept. */
  jpeg(photo: Photo, size: VariantSize): Promise<Buffer>;
}

export const renditionName = (photo: Photo, size: VariantSize) => `${variantsPrefix(photo)}${RECIPE}/${size}.jpg`;

/** How the names of all renditions of a photo begin, whatever the recipe. */
export const variantsPrefix = ({ user, id }: Pick<Photo, 'user' | 'id'>) => `variants/${user}/${id}/`;

export function createRenditions({ blobs, recentOriginals, decodes, library }: RenditionDeps): Renditions {
  const original = async (photo: Photo): Promise<Buffer> => {
    const bytes = recentOriginals.take(photo.object) ?? (await blobs.read(photo.object));
    if (!bytes) throw new AppError('internal', `The original of photo ${photo.id} is not in the bucket.`);
    if (photo.digest === 'claimed') requireDigest(await sha256Of(bytes), [photo.sha256]);
    return bytes;
  };
  const save = (photo: Photo, size: VariantSize, bytes: Buffer) =>
    blobs.save(renditionName(photo, size), bytes, 'image/jpeg');

  /** A photo may be erased while its renditions are made: then those that were just written go as well. */
  const tidyUp = async (photo: Photo, error: unknown): Promise<never> => {
    if (error instanceof AppError && error.code === 'not-found') await blobs.removeAll(variantsPrefix(photo));
    throw error;
  };

  async function eager(photo: Photo): Promise<void> {
    const { variants, placeholder, color } = await makeVariants(await original(photo), photo.type as ImageType);
    await Promise.all(EAGER_SIZES.map((size) => save(photo, size, variants[size].bytes)));
    await library.commit(
      photo.user,
      async (change) => {
        if ((await change.photo(photo.id)).state === 'ready') return;
        const attempts = photo.processing.attempts + 1;
        await change.progress(photo.id, {
          state: 'ready',
          digest: 'proved',
          placeholder,
          color,
          processing: { attempts, lastError: null, nextAttemptAt: null },
        });
      },
      [photoRow(photo.id)],
    );
  }

  async function large(photo: Photo): Promise<void> {
    const { bytes } = await makeLarge(await original(photo), photo.type as ImageType);
    await save(photo, 'large', bytes);
    await library.commit(photo.user, (change) => change.photo(photo.id), [photoRow(photo.id)]);
  }

  const makeEager = (photo: Photo) =>
    decodes.run(`eager/${photo.id}`, () => eager(photo).catch((error) => tidyUp(photo, error)));
  const makeOnDemand = (photo: Photo, size: VariantSize) =>
    size === 'large'
      ? decodes.run(`large/${photo.id}`, () => large(photo).catch((error) => tidyUp(photo, error)))
      : makeEager(photo);

  return {
    makeEager,
    async jpeg(photo, size) {
      const name = renditionName(photo, size);
      const there = await blobs.read(name);
      if (there) return there;
      requireNotFailed(photo);
      await makeOnDemand(photo, size);
      const made = await blobs.read(name);
      if (!made) throw new AppError('internal', `The ${size} of photo ${photo.id} was made but is not in the bucket.`);
      return made;
    },
  };
}
