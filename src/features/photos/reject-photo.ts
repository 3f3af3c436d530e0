import type { Library } from '../../data/commit/group-commit.ts';
import { contentRef, photoRef } from '../../data/model/entity-refs.ts';
import type { Photo } from '../../data/model/records.ts';

/**
 * Removes a photo whose bytes have another sha256 than its client announced: lists, counts, quota and bucket hold nothing
 * of it, and the feed tells why. Does nothing to a photo that was erased meanwhile or whose digest is proved.
 */
export function rejectPhoto(library: Library, { user, id, sha256 }: Photo): Promise<void> {
  return library.commit(
    user,
    async (change) => {
      const [photo] = await change.photos.getMany([id]);
      if (photo?.digest === 'claimed') await change.photos.erase([photo], 'digest-mismatch');
    },
    [photoRef(id), contentRef(sha256)],
  );
}
