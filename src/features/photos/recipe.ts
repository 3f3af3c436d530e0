import type { Photo } from '../../data/model/records.ts';
import type { Tile } from '../../data/model/tile.ts';
import type { PictureFormat } from '../../pictures/variants/picture-format.ts';
import type { VariantSize } from '../../pictures/variants/sizes.ts';

/**
 * Counts up when variants are made in another way. It is part of the names of their objects, so a photo keeps those of an
 * earlier recipe until the new ones exist, and a name never belongs to other bytes.
 */
export const RECIPE = 2;

/** The user and the id of a photo: enough to find all its variants. */
export type PhotoRef = Pick<Photo, 'user' | 'id'>;

/** A photo and the number of its rotations: enough to find the variants that show the last of them. */
export type RotatedPhotoRef = PhotoRef & Pick<Photo, 'rotations'>;

/** The recipe of the smaller sizes that a photo has: the first one, where none was noted. */
export const recipeOf = ({ recipe = 1 }: Pick<Photo, 'recipe'>) => recipe;

/** Whether a photo has smaller sizes that would be made in another way now. */
export const isOutdated = (photo: Photo) =>
  photo.state === 'ready' && photo.erasedAt === undefined && recipeOf(photo) < RECIPE;

/** Names the picture of one size for caches of clients: it stays the same as long as the picture does. */
export const cacheKeyOf = (tile: Pick<Tile, 'id' | 'recipe' | 'rotations'>, size: VariantSize) =>
  `${tile.id}-${makingOf(Math.min(tile.recipe ?? RECIPE, RECIPE), tile)}-${size}`;

/** Recipe and rotations of variants in their names. Photos that were never rotated have the recipe alone. */
const makingOf = (recipe: number, { rotations }: Pick<Photo, 'rotations'>) =>
  rotations === 0 ? `${recipe}` : `${recipe}.${rotations}`;

/** The name of a variant among those of its photo. */
export const variantTag = (
  photo: Pick<Photo, 'rotations'>,
  size: VariantSize,
  format: PictureFormat,
  recipe = RECIPE,
): string => `${makingOf(recipe, photo)}-${size}-${format}`;

export const variantName = (photo: RotatedPhotoRef, size: VariantSize, format: PictureFormat, recipe = RECIPE) =>
  `${recipePrefix(photo, recipe)}${size}.${EXTENSIONS[format]}`;

const EXTENSIONS = { avif: 'avif', webp: 'webp', jpeg: 'jpg' } as const satisfies Record<PictureFormat, string>;

/** After how many rotations the variant of this name was made; undefined for the name of another object. */
export function rotationsIn(name: string): number | undefined {
  const [kind, , , making = ''] = name.split('/');
  return kind === 'variants' ? Number(making.split('.')[1] ?? 0) : undefined;
}

/** The prefix of the names of all variants by one recipe, made after the photo's number of rotations. */
export const recipePrefix = (photo: RotatedPhotoRef, recipe: number) =>
  `${variantsPrefix(photo)}${makingOf(recipe, photo)}/`;

/** The prefix of the names of all variants of a photo, by all recipes and after any number of rotations. */
export const variantsPrefix = ({ user, id }: PhotoRef) => `variants/${user}/${id}/`;
