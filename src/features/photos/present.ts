import { placeOf } from '../../data/model/photo-place.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import type { Photo as StoredPhoto } from '../../data/model/records.ts';
import { madeRecipeOf, ownersFields, processingFields, shownSizeOf, strangersFields } from '../../data/model/tile.ts';
import { fitWithin, type VariantSize } from '../../pictures/variants/sizes.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { mediaSigner, mediaWindow, type MediaTokens } from '../../signing/media-token.ts';
import type { Current } from './precondition.ts';
import type { GuestPhoto, Photo, SharedPhoto } from './schemas.ts';
import type { z } from 'zod';
import { cacheKeyOf } from './recipe.ts';

export interface PresentDeps {
  clock: Clock;
  signingKeys: SigningKeys;
  /** How the URLs of pictures begin: the public address of the service, or empty for relative ones. */
  linkBase: string;
}

/** Turns stored photos of one user into what the API shows their owner. */
export function createPresenter(deps: PresentDeps, user: UserId, owner: string): (photo: StoredPhoto) => Photo {
  const sign = signerFor(deps, user);
  return (photo) => {
    const { id, type, bytes } = photo;
    const tokens = sign(id);
    return {
      id,
      owner,
      ...strangersFields(photo),
      ...ownersFields(photo),
      processing: processingFields(photo),
      fileName: photo.fileName,
      camera: photo.camera,
      location: photo.location,
      place: placeOf(photo) ?? null,
      albums: Object.keys(photo.albums ?? {}),
      original: { type, bytes, url: mediaUrl(deps, id, 'original', tokens.original) },
      variants: shownVariants(deps, photo, tokens.variants),
    };
  };
}

/**
 * Turns stored photos of one user into what all others get. Nothing else makes a `SharedPhoto`. `strangersFields` names
 * each field that strangers get. A field that is added to photos stays with their owner until it is named there.
 */
export function createStrangersPresenter(
  deps: PresentDeps,
  user: UserId,
  owner: string,
): (photo: StoredPhoto) => SharedPhoto {
  const sign = signerFor(deps, user);
  return (photo) => {
    const { id } = photo;
    const tokens = sign(id);
    return { id, owner, ...strangersFields(photo), variants: shownVariants(deps, photo, tokens.variants) };
  };
}

/** What guests of a share see besides, where its owner has granted it, and how their URLs are signed. */
interface GuestRights {
  sign(photo: PhotoId): MediaTokens;
  originals: boolean;
  location: boolean;
}

/** Turns stored photos of one user into what guests of a share get: what all others get, and what their owner has granted. */
export function createGuestsPresenter(
  deps: PresentDeps,
  owner: string,
  { sign, originals, location }: GuestRights,
): (photo: StoredPhoto) => z.infer<typeof GuestPhoto> {
  return (photo) => {
    const { id, type, bytes } = photo;
    const tokens = sign(id);
    return {
      id,
      owner,
      ...strangersFields(photo),
      ...(location && { location: photo.location }),
      ...(originals && { original: { type, bytes, url: mediaUrl(deps, id, 'original', tokens.original) } }),
      variants: shownVariants(deps, photo, tokens.variants),
    };
  };
}

/**
 * Makes the URLs by which the photo that stands for an album is shown as it is now, of its id alone: what else a URL of a
 * photo carries, only the photo knows.
 */
export function createCoverUrls(
  deps: PresentDeps,
  user: UserId,
): (photo: PhotoId) => Record<'thumb' | 'small', string> {
  const sign = signerFor(deps, user);
  return (id) => coverUrls(deps, id, sign(id).variants);
}

/** The same with a token for the smaller sizes that the caller has signed. */
export const coverUrls = (deps: PresentDeps, id: PhotoId, token: string): Record<'thumb' | 'small', string> => ({
  thumb: mediaUrl(deps, id, 'thumb', token),
  small: mediaUrl(deps, id, 'small', token),
});

function signerFor(deps: PresentDeps, user: UserId): (photo: PhotoId) => MediaTokens {
  const sign = mediaSigner(deps, { user, expiresAt: mediaWindow(deps.clock, user) });
  return (photo) => sign([photo])[0]!;
}

/** Strong validator of one photo: revision first, for `If-Match`; then all else that its reply depends on. */
export const photoTag = ({ clock }: PresentDeps, photo: StoredPhoto): string =>
  `${photo.revision}.${photo.changed.toString(36)}.${mediaWindow(clock, photo.user).toString(36)}`;

/** How a failed precondition shows a photo of this user. */
export const currentOf = (deps: PresentDeps, user: UserId, owner: string): Current => ({
  present: createPresenter(deps, user, owner),
  tagOf: (photo) => photoTag(deps, photo),
});

/** The smaller sizes with URLs that one token opens; it opens nothing else. */
function shownVariants(deps: PresentDeps, photo: StoredPhoto, token: string) {
  const { id } = photo;
  const shown = shownSizeOf(photo);
  const recipe = madeRecipeOf(photo);
  const variant = (size: VariantSize) => ({
    url: `${mediaUrl(deps, id, size, token)}${rotationsPart(photo)}`,
    cacheKey: cacheKeyOf({ id, recipe, rotations: photo.rotations }, size),
    ...fitWithin(shown.width, shown.height, size),
    type: 'image/jpeg',
  });
  return { thumb: variant('thumb'), small: variant('small'), medium: variant('medium'), large: variant('large') };
}

/** The part of a variant's URL that names the number of rotations. Photos that were never rotated have none. */
export const rotationsPart = ({ rotations }: Pick<StoredPhoto, 'rotations'>) =>
  rotations === 0 ? '' : `&v=${rotations}`;

const mediaUrl = ({ linkBase }: PresentDeps, id: string, size: VariantSize | 'original', token: string) =>
  `${linkBase}/v1/photos/${id}/image/${size}?t=${token}`;
