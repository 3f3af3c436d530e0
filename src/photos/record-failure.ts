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
      // Somebody may have asked for a size meanwhile, and got it.
      if ((await change.photo(photo.id)).state === 'ready') return;
      const actual = digestIn(error);
      if (actual !== undefined) await change.correctDigest(photo.id, actual);
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

/** The digest that the bytes have where another one was claimed for them. */
const digestIn = (error: unknown) =>
  error instanceof AppError && error.code === 'digest-mismatch' ? String(error.extra['received']) : undefined;
