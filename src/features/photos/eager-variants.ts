import type { Library } from '../../data/commit/group-commit.ts';
import { photoRef } from '../../data/model/entity-refs.ts';
import type { Photo } from '../../data/model/records.ts';
import type { Turn } from '../../pictures/decoding/decode-queue.ts';
import { EAGER_SIZES, type EagerSize } from '../../pictures/variants/sizes.ts';
import { makeVariants, type Picture } from '../../pictures/variants/variants.ts';
import { isOutdated, RECIPE, recipeOf, recipePrefix } from './recipe.ts';
import type { StoredVariants } from './stored-variants.ts';
import { decodeSource, isShownAs, withShownSize, type SourceDeps } from './variant-source.ts';

export interface EagerDeps extends SourceDeps {
  library: Library;
  storedVariants: StoredVariants;
  countDecode(made: 'after-upload' | 'on-demand'): void;
}

/**
 * Makes thumb, small and medium from one decode, and records that the photo is ready. Deletes those of earlier recipes.
 * Deletes what it has made if the owner has rotated the photo meanwhile: the rotation has enqueued another task.
 */
export async function makeEagerVariants(
  deps: EagerDeps,
  photo: Photo,
  { holds, decoded }: Turn,
): Promise<Record<EagerSize, Picture>> {
  const made = await decodeSource(deps, photo, { size: 'medium', holds }, makeVariants);
  decoded();
  deps.countDecode('after-upload');
  await Promise.all(EAGER_SIZES.map((size) => deps.storedVariants.save(photo, size, made.variants[size])));
  await deps.library.commit(
    photo.user,
    async (change) => {
      const before = await change.photos.get(photo.id);
      if (before.rotations !== photo.rotations) return change.objects.eraseAll(recipePrefix(photo, RECIPE));
      const outdated = isOutdated(before);
      if (before.state === 'ready' && !outdated && isShownAs(before, made.shown)) return;
      await change.photos.progress(photo.id, {
        state: 'ready',
        recipe: RECIPE,
        digest: 'proved',
        ...withShownSize(before, made.shown),
        placeholder: made.placeholder,
        color: made.color,
        endsEarly: made.endsEarly ? true : undefined,
        processing: { attempts: photo.processing.attempts + 1, lastError: null, nextAttemptAt: null },
      });
      if (outdated) change.objects.eraseAll(recipePrefix(before, recipeOf(before)));
    },
    [photoRef(photo.id)],
  );
  return made.variants;
}
