import { AppError } from '../../runtime/errors.ts';
import type { Change } from '../../data/rules/change.ts';
import type { PhotoId } from '../../runtime/ids.ts';
import type { Photo, Upload } from '../../data/model/records.ts';
import { notAsAnnounced } from '../photos/place-upload.ts';

/**
 * The photo that an upload has become, as it is now.
 * @throws AppError `digest-mismatch` if it was rejected, `not-found` if its owner has erased it.
 */
export async function photoOf(change: Change, id: PhotoId): Promise<Photo> {
  try {
    return await change.photos.get(id);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'gone') throw notAsAnnounced();
    throw new AppError('not-found', 'This photo has been deleted for good since.', { cause: error });
  }
}

/** Whether the photo that an upload has become was rejected. Then the upload cannot become a photo any more. */
export async function wasRejected(change: Change, { outcome }: Upload): Promise<boolean> {
  if (!outcome) return false;
  try {
    await photoOf(change, outcome.photo);
    return false;
  } catch (error) {
    return error instanceof AppError && error.code === 'digest-mismatch';
  }
}
