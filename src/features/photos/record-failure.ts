import { AppError } from '../../runtime/errors.ts';
import type { JobRef } from '../../data/model/job-ref.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import { photoRef } from '../../data/model/entity-refs.ts';
import type { Photo } from '../../data/model/records.ts';
import { DAY_MS } from '../../runtime/durations.ts';

/** A failed attempt at making a photo's smaller sizes. */
interface FailedAttempt {
  error: unknown;
  /** Undefined when the queue makes no further attempt. */
  backoffSeconds: number | undefined;
}

/** Records on a photo why its smaller sizes are missing. `photo` is as it was before the attempt. */
export async function recordFailure(
  library: Library,
  photo: Photo,
  { error, backoffSeconds }: FailedAttempt,
): Promise<void> {
  await library.commit(
    photo.user,
    async (change) => {
      // The owner may have erased it meanwhile, or asked for a size and got it.
      const [before] = await change.photos.getMany([photo.id]);
      if (!before || before.state === 'ready') return;
      // A task may be delivered twice. Only the last attempt counts.
      if (before.state === 'failed' && backoffSeconds !== undefined) return;
      const late = isOfDecoder(error) && before.state === 'failed' ? before.processing.nextAttemptAt : null;
      const nextAttemptAt = backoffSeconds === undefined ? late : change.now + backoffSeconds * 1000;
      await change.photos.progress(photo.id, {
        state: backoffSeconds === undefined ? 'failed' : 'pending',
        processing: { attempts: photo.processing.attempts + 1, lastError: reasonOf(error), nextAttemptAt },
      });
    },
    [photoRef(photo.id)],
  );
}

/**
 * When the late attempts at a photo that met a limit of the decoder follow the last attempt of the queue. Later there may be
 * room for it. After them only its owner can ask for a retry.
 */
const LATE_MS = [DAY_MS, 7 * DAY_MS];

/** Records on a photo, before its last attempt, the failure that is true if the attempt ends the whole process. */
export async function recordLastAttempt(library: Library, { user, id }: Photo, round: number): Promise<void> {
  await library.commit(
    user,
    async (change) => {
      const { state, processing } = await change.photos.get(id);
      if (state === 'ready') return;
      const wait = LATE_MS[round];
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

const NEVER_ENDED = new AppError('decoder-lost', 'Decoding did not end on any attempt.');

/** Limits of the decoder. */
const OF_DECODER = new Set<string>(['decode-timeout', 'decode-memory', 'decoder-lost']);

const isOfDecoder = (error: unknown) => error instanceof AppError && OF_DECODER.has(error.code);

/** The details of an internal fault are only in the log. */
const reasonOf = (error: unknown) =>
  error instanceof AppError && error.code !== 'internal' ? `${error.code}: ${error.message}` : 'internal';
