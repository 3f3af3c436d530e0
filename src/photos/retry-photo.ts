import { AppError } from '../http/errors.ts';
import type { Library } from '../library/commit.ts';
import type { PhotoId, UserId } from '../library/ids.ts';
import { photoRow } from '../library/rows.ts';
import type { Photo } from '../library/shapes.ts';
import { makeVariantsRef } from './make-variants.job.ts';

/**
 * Has the smaller sizes of a failed photo tried again, by a new task with tries of its own. One that is waiting for its
 * next try already goes on waiting. Throws `not-found`, and `conflict` for a photo that has all its sizes.
 */
export function retryPhoto({ library }: { library: Library }, user: UserId, id: PhotoId): Promise<Photo> {
  return library.commit(
    user,
    async (change) => {
      const photo = await change.photo(id);
      if (photo.state === 'pending') return photo;
      if (photo.state === 'ready')
        throw new AppError('conflict', 'The photo has all its sizes: nothing is to be tried.');
      change.enqueue(makeVariantsRef, { user, photo: id });
      const processing = { ...photo.processing, nextAttemptAt: change.now };
      return change.progress(id, { state: 'pending', processing });
    },
    [photoRow(id)],
  );
}
