import { z } from 'zod';
import { AppError } from '../http/errors.ts';
import { defineJob, type JobRef } from '../jobs/define-job.ts';
import type { Library } from '../library/commit.ts';
import type { PhotoId, UserId } from '../library/ids.ts';
import { photoRow } from '../library/rows.ts';
import type { Photo } from '../library/shapes.ts';
import type { Store } from '../library/store.ts';
import type { Renditions } from './renditions.ts';

const Payload = z.object({
  user: z.string().transform((id) => id as UserId),
  photo: z.string().transform((id) => id as PhotoId),
});

export interface MakeVariantsDeps {
  store: Store;
  library: Library;
  renditions: Renditions;
}

export const makeVariantsRef: JobRef<{ user: UserId; photo: PhotoId }> = { name: 'make-variants' };

/** Makes thumb, small, medium, placeholder and colour of a photo from one decode. */
export const makeVariants = defineJob({
  ...makeVariantsRef,
  payload: Payload,
  async run({ store, library, renditions }: MakeVariantsDeps, { user, photo: id }, attempt) {
    const photo = await store.photo(user, id);
    if (photo?.state !== 'pending') return 'nothing-to-do';
    try {
      await renditions.makeEager(photo);
      return 'ready';
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return 'erased meanwhile';
      const hopeless = error instanceof AppError && HOPELESS.has(error.code);
      await recordFailure(library, photo, error, hopeless || attempt.last);
      // 2xx although it failed: a retry cannot help a broken file.
      if (hopeless || attempt.last) return 'failed';
      throw error;
    }
  },
});

/** Faults of the file itself: trying again would find the same bytes. */
const HOPELESS = new Set<string>(['damaged-image', 'unsupported-image', 'too-many-pixels', 'digest-mismatch']);

async function recordFailure(library: Library, photo: Photo, error: unknown, final: boolean): Promise<void> {
  const reason = error instanceof AppError ? `${error.code}: ${error.message}` : 'internal';
  await library.commit(
    photo.user,
    async (change) => {
      const { state, processing } = await change.photo(photo.id);
      if (state !== 'pending') return;
      const actual = digestIn(error);
      if (actual !== undefined) await change.correctDigest(photo.id, actual);
      await change.progress(photo.id, {
        state: final ? 'failed' : 'pending',
        processing: { attempts: processing.attempts + 1, lastError: reason, nextAttemptAt: null },
      });
    },
    [photoRow(photo.id)],
  );
}

/** The digest that the bytes have where another one was claimed for them. */
const digestIn = (error: unknown) =>
  error instanceof AppError && error.code === 'digest-mismatch' ? String(error.extra['received']) : undefined;
