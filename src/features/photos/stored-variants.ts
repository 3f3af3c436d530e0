import type { Photo } from '../../data/model/records.ts';
import { mediaTypeOf, type PictureFormat } from '../../pictures/variants/picture-format.ts';
import type { VariantSize } from '../../pictures/variants/sizes.ts';
import type { VariantCache } from '../../pictures/variants/variant-cache.ts';
import { RECIPE, recipeOf, variantName, variantsPrefix, type PhotoRef, type RotatedPhotoRef } from './recipe.ts';

export interface StoredVariant {
  bytes: Buffer;
  format: PictureFormat;
  /** The earlier recipe of a variant that has not been made again yet; absent where it is the current one. */
  recipe?: number | undefined;
}

/** The variants of photos as they are in the bucket, by way of the cache in front of it. */
export class StoredVariants {
  readonly #pictures: VariantCache;

  constructor(pictures: VariantCache) {
    this.#pictures = pictures;
  }

  /** One size in the first of these formats that it exists in; undefined when in none. Asks the bucket at most. */
  async find(
    photo: RotatedPhotoRef,
    size: VariantSize,
    formats: readonly PictureFormat[],
  ): Promise<StoredVariant | undefined> {
    const all = await Promise.all(
      formats.map(async (format) => ({ format, bytes: await this.#pictures.read(variantName(photo, size, format)) })),
    );
    return all.find((variant): variant is StoredVariant => variant.bytes !== undefined);
  }

  /** A variant by an earlier recipe. Serving it at once is better than a wait: a job makes it again. */
  async findEarlier(photo: Photo, size: VariantSize, format: PictureFormat): Promise<StoredVariant | undefined> {
    const recipe = recipeOf(photo);
    if (recipe === RECIPE) return undefined;
    const bytes = await this.#pictures.read(variantName(photo, size, format, recipe));
    return bytes && { bytes, format, recipe };
  }

  /** Reads past the cache: another instance may have just made it. */
  async findFresh(
    photo: RotatedPhotoRef,
    size: VariantSize,
    format: PictureFormat,
  ): Promise<StoredVariant | undefined> {
    const bytes = await this.#pictures.readThrough(variantName(photo, size, format));
    return bytes && { bytes, format };
  }

  async save(photo: RotatedPhotoRef, size: VariantSize, { bytes, format }: StoredVariant): Promise<void> {
    await this.#pictures.save(variantName(photo, size, format), bytes, mediaTypeOf(format));
  }

  async removeAll(photo: PhotoRef): Promise<void> {
    await this.#pictures.removeAll(variantsPrefix(photo));
  }
}
