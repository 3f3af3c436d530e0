import { z } from 'zod';
import { defineJob } from '../../background/define-job.ts';
import { eraseObjectsRef } from '../../data/rules/erasure.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import type { Blobs } from '../../objects/blobs.ts';
import type { VariantCache } from '../../pictures/variants/variant-cache.ts';
import type { RecentOriginals } from '../../objects/recent-originals.ts';
import { variantsPrefix } from '../photos/recipe.ts';

const Erasure = z.object({
  user: z.string().transform((id) => id as UserId),
  objects: z.array(z.string()),
  photos: z.array(z.string().transform((id) => id as PhotoId)),
  prefixes: z.array(z.string()).default([]),
});

interface EraseObjectsDeps {
  blobs: Blobs;
  pictures: VariantCache;
  recentOriginals: RecentOriginals;
}

/** Removes objects that no entity refers to any more. It may run at any time, because object names are never reused. */
export const eraseObjects = defineJob({
  ...eraseObjectsRef,
  payload: Erasure,
  async run({ blobs, pictures, recentOriginals }: EraseObjectsDeps, { user, objects, photos, prefixes }) {
    for (const object of objects) recentOriginals.take(object);
    await blobs.remove(...objects);
    const all = [...prefixes, ...photos.map((id) => variantsPrefix({ user, id }))];
    for (const prefix of all) await pictures.removeAll(prefix);
    return `erased ${objects.length} originals`;
  },
});
