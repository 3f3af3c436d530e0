import { z } from 'zod';
import { defineJob } from '../jobs/define-job.ts';
import { eraseObjectsRef } from '../library/erasure.ts';
import type { PhotoId, UserId } from '../library/ids.ts';
import type { Blobs } from '../media/blobs.ts';
import type { Pictures } from '../media/pictures.ts';
import type { RecentOriginals } from '../media/recent-originals.ts';
import { variantsPrefix } from '../photos/renditions.ts';

const Erasure = z.object({
  user: z.string().transform((id) => id as UserId),
  objects: z.array(z.string()),
  photos: z.array(z.string().transform((id) => id as PhotoId)),
});

export interface EraseObjectsDeps {
  blobs: Blobs;
  pictures: Pictures;
  recentOriginals: RecentOriginals;
}

/** Removes from the bucket what no row names any more. Names are never used again, so that it may run at any time. */
export const eraseObjects = defineJob({
  ...eraseObjectsRef,
  payload: Erasure,
  async run({ blobs, pictures, recentOriginals }: EraseObjectsDeps, { user, objects, photos }) {
    for (const object of objects) recentOriginals.take(object);
    await blobs.remove(...objects);
    for (const photo of photos) await pictures.removeAll(variantsPrefix({ user, id: photo }));
    return `erased ${objects.length} originals`;
  },
});
