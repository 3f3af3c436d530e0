import { AppError } from '../http/errors.ts';
import type { Library } from '../library/commit.ts';
import { photoRow } from '../library/rows.ts';
import type { Photo } from '../library/shapes.ts';

/** A try at making a photo's smaller sizes that came to nothing. */
export interface FailedTry {
  error: unknown;
  /** Seconds until the next try; undefined when there will be none. */
  pause: number | undefined;
}

/** Writes on a photo why its smaller sizes are not there yet, or never will be; `photo` is as it was before the try. */
export async function recordFailure(library: Library, photo: Photo, { error, pause }: FailedTry): Promise<void> {
  await library.commit(
    photo.user,
    async (change) => {
      // The owner may have erased it meanwhile, or asked for a size and got it.
      const [now] = await change.photos([photo.id]);
      if (!now || now.state === 'ready') return;
      const nextAttemptAt = pause === undefined ? null : change.now + pause * 1000;
      await change.progress(photo.id, {
        state: pause === undefined ? 'failed' : 'pending',
        processing: { attempts: photo.processing.attempts + 1, lastError: reasonOf(error), nextAttemptAt },
      });
    },
    [photoRow(photo.id)],
  );
}

/** A fault that is not the picture's own is told without its particulars: those are in the log. */
const reasonOf = (error: unknown) =>
  error instanceof AppError && error.code !== 'internal' ? `${error.code}: ${error.message}` : 'internal';
