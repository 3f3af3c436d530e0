import { AppError } from '../../runtime/errors.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import { photoRef } from '../../data/model/entity-refs.ts';
import type { Photo } from '../../data/model/records.ts';
import { makeVariantsRef } from './make-variants.job.ts';

/**
 * Has the smaller sizes of a failed photo tried again, by a new task with tries of its own. One that is waiting for its
 * next try already goes on waiting.
 * @throws AppError `not-found`; `gone` for a photo that was rejected; `conflict` for one that has all its sizes;
 *   `digest-mismatch` for one whose bytes an earlier version found to be others than announced, and kept.
 */
export function retryPhoto({ library }: { library: Library }, user: UserId, id: PhotoId): Promise<Photo> {
  return library.commit(
    user,
    async (change) => {
      const photo = await change.photos.get(id);
      if (photo.state === 'pending') return photo;
      if (photo.state === 'ready')
        throw new AppError('conflict', 'The photo has all its sizes: nothing is to be tried.');
      if (photo.processing.lastError?.startsWith('digest-mismatch')) throw notAsAnnounced();
      change.outbox.enqueue(makeVariantsRef, { user, photo: id });
      const processing = { ...photo.processing, nextAttemptAt: change.now };
      return change.photos.progress(id, { state: 'pending', processing });
    },
    [photoRef(id)],
  );
}

const notAsAnnounced = () =>
  new AppError(
    'digest-mismatch',
    'The bytes of this photo have another sha256 than announced, and no try can change that. ' +
      'Delete the photo and send the file again.',
  );
