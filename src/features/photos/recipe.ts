import type { Photo } from '../../data/model/records.ts';
import type { Tile } from '../../data/model/tile.ts';
import type { PictureFormat } from '../../pictures/variants/picture-format.ts';
import type { VariantSize } from '../../pictures/variants/sizes.ts';

/**
 * Counts up when variants are made in another way. It is part of the names of their objects, so a photo keeps those of an
 * earlier recipe until the new ones exist, and a name never stands for other bytes.
 */
export const RECIPE = 2;

/** The user and the id of a photo: enough to find its variants. */
export type PhotoRef = Pick<Photo, 'user' | 'id'>;

/** The recipe of the smaller sizes that a photo has: the first one, where none was noted. */
export const recipeOf = ({ recipe = 1 }: Pick<Photo, 'recipe'>) => recipe;

/** Whether a photo has smaller sizes that would be made in another way now. */
export const isOutdated = (photo: Photo) =>
  photo.state === 'ready' && photo.erasedAt === undefined && recipeOf(photo) < RECIPE;

/** Names the picture of one size for caches of clients: it stays the same as long as the picture does. */
export const cacheKeyOf = ({ id, recipe }: Pick<Tile, 'id' | 'recipe'>, size: VariantSize) =>
  `${id}-${recipe !== undefined && recipe < RECIPE ? recipe : RECIPE}-${size}`;

/** The name of a variant among those of its photo. */
export const variantTag = (size: VariantSize, format: PictureFormat, recipe = RECIPE) => `${recipe}-${size}-${format}`;

export const variantName = (photo: PhotoRef, size: VariantSize, format: PictureFormat, recipe = RECIPE) =>
  `${recipePrefix(photo, recipe)}${size}.${EXTENSIONS[format]}`;

const EXTENSIONS = { avif: 'avif', webp: 'webp', jpeg: 'jpg' } as const satisfies Record<PictureFormat, string>;

/** The prefix of the names of all variants by one recipe. */
export const recipePrefix = (photo: PhotoRef, recipe: number) => `${variantsPrefix(photo)}${recipe}/`;

/** The prefix of the names of all variants of a photo, by all recipes. */
export const variantsPrefix = ({ user, id }: PhotoRef) => `variants/${user}/${id}/`;
