import { newPhotoId, type PhotoId, type UserId } from '../runtime/ids.ts';

/**
 * Originals are named after their owner and the photo that they become. So the originals of one user lie together, in
 * the order of the photos, and an audit can compare the two.
 */
export const originalsPrefix = (user: UserId) => `originals/${user}/`;

export const originalName = (user: UserId, photo: PhotoId) => `${originalsPrefix(user)}${photo}`;

/** A name that has never been used. */
export const newOriginalName = (user: UserId) => originalName(user, newPhotoId());

/** What a client has made of an original that nothing here can decode. It can no more be made again than the original. */
export const previewNameFor = (original: string) => `${original}/preview`;

/** The same for one that is sent straight to the bucket: several may be on their way. */
export const newPreviewName = (original: string) => `${previewNameFor(original)}-${newPhotoId()}`;

/** How the names of all smaller sizes of one user's photos begin. */
export const userVariantsPrefix = (user: UserId) => `variants/${user}/`;

/** Files whose owner shows only when they have been received: they get their real names then. */
export const UNCLAIMED = 'unclaimed' as UserId;

/** The photo that an object is for, by its name. */
export const photoIdIn = (object: string) => (object.split('/')[2] ?? '') as PhotoId;

/** The user whose original it is, by its name. */
export const ownerIn = (object: string) => (object.split('/')[1] ?? '') as UserId;
