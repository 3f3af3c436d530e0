import { AppError } from '../../runtime/errors.ts';
import type { JobRef } from '../../data/model/job-ref.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import { photoRef } from '../../data/model/entity-refs.ts';
import type { Photo } from '../../data/model/records.ts';

/** A try at making a photo's smaller sizes that came to nothing. */
export interface FailedTry {
  error: unknown;
  /** Seconds until the next try; undefined when the queue makes none. */
  pause: number | undefined;
}

/** Writes on a photo why its smaller sizes are not there yet, or never will be; `photo` is as it was before the try. */
export async function recordFailure(library: Library, photo: Photo, { error, pause }: FailedTry): Promise<void> {
  await library.commit(
    photo.user,
    async (change) => {
      // The owner may have erased it meanwhile, or asked for a size and got it.
      const [before] = await change.photos.getMany([photo.id]);
      if (!before || before.state === 'ready') return;
      // A task may come twice: the last attempt of the one has the word, whatever is left of the other.
      if (before.state === 'failed' && pause !== undefined) return;
      const late = isOfDecoder(error) && before.state === 'failed' ? before.processing.nextAttemptAt : null;
      const nextAttemptAt = pause === undefined ? late : change.now + pause * 1000;
      await change.photos.progress(photo.id, {
        state: pause === undefined ? 'failed' : 'pending',
        processing: { attempts: photo.processing.attempts + 1, lastError: reasonOf(error), nextAttemptAt },
      });
    },
    [photoRef(photo.id)],
  );
}

const DAY = 24 * 3_600_000;

/**
 * How long after the last attempt of the queue, or the late attempt before, a photo is tried once more that met a limit of
 * ours, in milliseconds. Then there may be room for it; in the end its owner can ask.
 */
const LATE = [DAY, 7 * DAY];

/** Writes on a photo, before its last attempt, what is true if that takes the whole process down. */
export async function recordLastAttempt(library: Library, { user, id }: Photo, round: number): Promise<void> {
  await library.commit(
    user,
    async (change) => {
      const { state, processing } = await change.photos.get(id);
      if (state === 'ready') return;
      const wait = LATE[round];
      const nextAttemptAt = wait === undefined ? null : change.now + wait;
      if (nextAttemptAt !== null) {
        const late = { round: round + 1, at: nextAttemptAt };
        change.outbox.enqueue(lateAttemptRef, { user, photo: id, late }, nextAttemptAt);
      }
      const attempts = processing.attempts + 1;
      await change.photos.progress(id, {
        state: 'failed',
        processing: { attempts, lastError: reasonOf(NEVER_ENDED), nextAttemptAt },
      });
    },
    [photoRef(id)],
  );
}

/** The job that makes the attempts. Its file imports this one, so its own reference is not used here. */
const lateAttemptRef: JobRef<{ user: UserId; photo: PhotoId; late: { round: number; at: number } }> = {
  name: 'make-variants',
};

const NEVER_ENDED = new AppError('decoder-lost', 'No attempt at decoding the picture has come to an end.');

/** Limits of ours that a decode met. */
const OF_DECODER = new Set<string>(['decode-timeout', 'decode-memory', 'decoder-lost']);

const isOfDecoder = (error: unknown) => error instanceof AppError && OF_DECODER.has(error.code);

/** A fault that is not the picture's own is told without its particulars: those are in the log. */
const reasonOf = (error: unknown) =>
  error instanceof AppError && error.code !== 'internal' ? `${error.code}: ${error.message}` : 'internal';
