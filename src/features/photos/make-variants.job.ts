import { z } from 'zod';
import { isFaultOfBytes, type AppError } from '../../runtime/errors.ts';
import type { JobRef } from '../../data/model/job-ref.ts';
import { defineJob } from '../../background/define-job.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { isAbsence } from '../../data/rules/erasure.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import type { Photo } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';
import type { DecodeLag } from './decode-lag.ts';
import { recordFailure, recordLastAttempt } from './record-failure.ts';
import type { PhotoVariants } from './photo-variants.ts';

const Payload = z.object({
  user: z.string().transform((id) => id as UserId),
  photo: z.string().transform((id) => id as PhotoId),
  /** Makes them again for a photo that has them. */
  again: z.boolean().optional(),
  /** A late attempt, long after those of the queue. It does nothing unless the photo names the same time. */
  late: z.object({ round: z.int(), at: z.int() }).optional(),
});

interface MakeVariantsDeps {
  store: Store;
  library: Library;
  photoVariants: PhotoVariants;
  decodeLag: Pick<DecodeLag, 'began'>;
}

export const makeVariantsRef: JobRef<z.output<typeof Payload>> = { name: 'make-variants' };

/** Makes thumb, small, medium, placeholder and colour of a photo from one decode. */
export const makePhotoVariants = defineJob({
  ...makeVariantsRef,
  payload: Payload,
  async run(
    { store, library, photoVariants, decodeLag }: MakeVariantsDeps,
    { user, photo: id, again, late },
    { last, backoffSeconds },
  ) {
    const photo = await store.photo(user, id);
    if (again && photo?.state === 'ready') return photoVariants.makeEager(photo).then(() => 'made again');
    if (!photo || !isDue(photo, late?.at)) return 'nothing-to-do';
    // A photo that was rotated says nothing of how long uploads wait.
    if (photo.processing.attempts === 0 && photo.rotations === 0) decodeLag.began(photo.postedAt);
    const final = last || late !== undefined;
    // Recorded beforehand: the photo of a file that takes the whole process down would never leave the state pending.
    if (final) await recordLastAttempt(library, photo, late?.round ?? 0);
    try {
      await photoVariants.makeEager(photo);
      return 'ready';
    } catch (error) {
      if (isAbsence(error)) return `erased meanwhile: ${(error as AppError).message}`;
      const isPermanent = isFaultOfBytes(error);
      await recordFailure(library, photo, { error, backoffSeconds: isPermanent || final ? undefined : backoffSeconds });
      // 2xx although it failed: a retry cannot help a broken file, and after a late attempt a later one is enqueued already.
      if (isPermanent || late) return 'failed';
      throw error;
    }
  },
});

/** Whether an attempt has something to do. A photo that failed waits for the late attempt that it names. */
function isDue({ state, processing }: Photo, lateAt: number | undefined): boolean {
  if (lateAt === undefined) return state === 'pending';
  return state === 'failed' && processing.nextAttemptAt === lateAt;
}
