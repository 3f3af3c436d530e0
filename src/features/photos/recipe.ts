import type { Photo } from '../../data/model/records.ts';
import type { PictureFormat } from '../../pictures/variants/picture-format.ts';
import type { VariantSize } from '../../pictures/variants/sizes.ts';

/**
 * Counts up when the way smaller sizes are made changes. It is part of their objects' names, so that a photo keeps those
 * of an earlier recipe until its new ones exist, and no name ever stands for other bytes.
 */
export const RECIPE = 2;

/** Whose photo, and which: enough to find its renditions. */
export type PhotoRef = Pick<Photo, 'user' | 'id'>;

/** The recipe of the smaller sizes that a photo has: the first one, where none was noted. */
export const recipeOf = ({ recipe = 1 }: Pick<Photo, 'recipe'>) => recipe;

/** Whether a photo has smaller sizes that would be made in another way now. */
export const isOutdated = (photo: Photo) =>
  photo.state === 'ready' && photo.erasedAt === undefined && recipeOf(photo) < RECIPE;

/** What a rendition is called among those of its photo. */
export const variantTag = (size: VariantSize, format: PictureFormat, recipe = RECIPE) => `${recipe}-${size}-${format}`;

export const variantName = (photo: PhotoRef, size: VariantSize, format: PictureFormat, recipe = RECIPE) =>
  `${recipePrefix(photo, recipe)}${size}.${EXTENSIONS[format]}`;

const EXTENSIONS = { avif: 'avif', webp: 'webp', jpeg: 'jpg' } as const satisfies Record<PictureFormat, string>;

/** How the names of all renditions by one recipe begin. */
export const recipePrefix = (photo: PhotoRef, recipe: number) => `${variantsPrefix(photo)}${recipe}/`;

/** How the names of all renditions of a photo begin, whatever the recipe. */
export const variantsPrefix = ({ user, id }: PhotoRef) => `variants/${user}/${id}/`;
