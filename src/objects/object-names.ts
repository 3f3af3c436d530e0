import { newPhotoId, type PhotoId, type UploadId, type UserId } from '../runtime/ids.ts';

/**
 * Originals are named after their owner and the photo that they become. So the originals of one user lie together, in
 * the order of the photos, and an audit can compare the two.
 */
export const originalsPrefix = (user: UserId) => `originals/${user}/`;

export const originalName = (user: UserId, photo: PhotoId) => `${originalsPrefix(user)}${photo}`;

/** A new name. */
export const newOriginalName = (user: UserId) => originalName(user, newPhotoId());

/** The preview that a client made of an original that this service cannot decode. It cannot be made again. */
export const previewNameFor = (original: string) => `${original}/preview`;

/** The same for a preview that is sent straight to the bucket: several may be under way. */
export const newPreviewName = (original: string) => `${previewNameFor(original)}-${newPhotoId()}`;

/** How the names of all files begin that have arrived by direct upload grants and are no photos yet. */
export const GRANTED_PREFIX = 'granted/';

/** The file of a direct upload grant. */
export const grantedName = (user: UserId, upload: UploadId) => `${GRANTED_PREFIX}${user}/${upload}`;

/** Whose file it is, and by which upload it came. */
export function grantedIn(name: string): { user: UserId; upload: UploadId } {
  const [, user = '', upload = ''] = name.split('/');
  return { user: user as UserId, upload: upload as UploadId };
}

/** How the names of all smaller sizes of one user's photos begin. */
export const userVariantsPrefix = (user: UserId) => `variants/${user}/`;

/** Files whose owner is known only when they have been received: they are renamed then. */
export const UNCLAIMED = 'unclaimed' as UserId;

/** The photo that an object is for, by its name. */
export const photoIdIn = (object: string) => (object.split('/')[2] ?? '') as PhotoId;

/** The user whose original it is, by its name. */
export const ownerIn = (object: string) => (object.split('/')[1] ?? '') as UserId;
