import { z } from 'zod';
import { AppError } from '../http/errors.ts';
import { defineJob, type JobRef } from '../jobs/define-job.ts';
import type { Library } from '../library/commit.ts';
import { isAbsence } from '../library/erasure.ts';
import type { PhotoId, UserId } from '../library/ids.ts';
import type { Store } from '../library/store.ts';
import { recordFailure } from './record-failure.ts';
import type { Renditions } from './renditions.ts';

const Payload = z.object({
  user: z.string().transform((id) => id as UserId),
  photo: z.string().transform((id) => id as PhotoId),
  /** Makes them anew for a photo that had them. */
  again: z.boolean().optional(),
});

export interface MakeVariantsDeps {
  store: Store;
  library: Library;
  renditions: Renditions;
}

export const makeVariantsRef: JobRef<z.output<typeof Payload>> = { name: 'make-variants' };

/** Makes thumb, small, medium, placeholder and colour of a photo from one decode. */
export const makeVariants = defineJob({
  ...makeVariantsRef,
  payload: Payload,
  async run({ store, library, renditions }: MakeVariantsDeps, { user, photo: id, again }, { last, pause }) {
    const photo = await store.photo(user, id);
    if (again && photo?.state === 'ready') return renditions.makeEager(photo).then(() => 'made again');
    if (photo?.state !== 'pending') return 'nothing-to-do';
    // Recorded beforehand: the photo of a file that takes the whole process down would stay pending for ever.
    if (last) await recordFailure(library, photo, { error: NEVER_ENDED, pause: undefined });
    try {
      await renditions.makeEager(photo);
      return 'ready';
    } catch (error) {
      if (isAbsence(error)) return `erased meanwhile: ${(error as AppError).message}`;
      const hopeless = error instanceof AppError && HOPELESS.has(error.code);
      await recordFailure(library, photo, { error, pause: hopeless || last ? undefined : pause });
      // 2xx although it failed: a retry cannot help a broken file.
      if (hopeless) return 'failed';
      throw error;
    }
  },
});

const NEVER_ENDED = new AppError('damaged-image', 'No try at decoding the picture has come to an end.');

/** Faults of the file itself: trying again would find the same bytes. */
const HOPELESS = new Set<string>(['damaged-image', 'unsupported-image', 'too-many-pixels', 'digest-mismatch']);
