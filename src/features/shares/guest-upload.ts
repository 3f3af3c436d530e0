import type { Request } from 'express';
import { AppError } from '../../runtime/errors.ts';
import { addPhotos, type AlbumPhotosDeps } from '../albums/change-photos.ts';
import { uploadPhoto, type UploadDeps } from '../photos/upload-photo.ts';
import { openShare, type ReadSharesDeps } from './read-shares.ts';

export type GuestUploadDeps = ReadSharesDeps & AlbumPhotosDeps & UploadDeps;

/**
 * Takes a photo of a guest into the library of the share's owner, and into the album that is shared. Bytes that the owner has
 * already make no second photo, and the guest is not told so.
 * @throws AppError what `openShare` and `uploadPhoto` throw; scope-missing where guests may not upload
 */
export async function uploadByGuest(
  deps: GuestUploadDeps,
  token: string,
  unlock: string | undefined,
  request: Request,
): Promise<void> {
  const { name, share } = await openShare(deps, token, unlock);
  if (!share.upload) throw new AppError('scope-missing', 'The owner of this share takes no photos from guests.');
  const { photo } = await uploadPhoto(deps, name.user, request, { allowDuplicates: false, isGuest: true });
  if (!('album' in share.shows)) return;
  await addPhotos(deps, { user: name.user, album: share.shows.album, ids: [photo.id] });
}
