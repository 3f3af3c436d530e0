import { AppError } from '../../runtime/errors.ts';
import { presentProblem, type Problem } from '../../http/replies/problem.ts';
import type { Change } from '../../data/rules/change.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import type { PhotoEdit } from '../../data/rules/owner-edit.ts';
import { photoRef } from '../../data/model/entity-refs.ts';
import type { Photo, TakenAt } from '../../data/model/records.ts';
import { editIn, type EditDeps } from './edit-photo.ts';
import { preconditionOf, type Current } from './precondition.ts';
import { MINUTE_MS } from '../../runtime/durations.ts';

const DAY_MINUTES = 24 * 60;

/** One edit of a batch. */
interface BatchEdit {
  id: PhotoId;
  /** Only if the photo still has this tag. */
  ifMatch?: string | undefined;
  edit: PhotoEdit;
}

/** What became of one item: the photo as it is now, or why nothing changed. */
export type EditResult = { photo: Photo } | { problem: Problem };

/**
 * Edits photos, 25 in one transaction. Returns a result for each, in their order: a failure does not affect the others, and an
 * item that was invalid gets its own fault. `current` shows the photo of a failed precondition.
 */
export const editPhotos = (
  deps: EditDeps,
  user: UserId,
  items: (BatchEdit | AppError)[],
  current: Current,
): Promise<EditResult[]> =>
  changeEach(deps, user, items, async (change, { id, ifMatch, edit }) => {
    preconditionOf(ifMatch, current)(await change.photos.get(id));
    return editIn(change, id, edit);
  });

/** Moves photos to the trash, with a result for each. */
export const trashPhotos = (
  deps: EditDeps,
  user: UserId,
  items: ({ id: PhotoId } | AppError)[],
): Promise<EditResult[]> => changeEach(deps, user, items, (change, { id }) => change.photos.trash(id));

/** Takes photos out of the trash, with a result for each. */
export const restorePhotos = (
  deps: EditDeps,
  user: UserId,
  items: ({ id: PhotoId } | AppError)[],
): Promise<EditResult[]> => changeEach(deps, user, items, (change, { id }) => change.photos.restore(id));

/** Shifts the capture times of photos, with a result for each. */
export const shiftPhotos = (
  deps: EditDeps,
  user: UserId,
  items: { id: PhotoId }[],
  minutes: number,
): Promise<EditResult[]> =>
  changeEach(deps, user, items, async (change, { id }) =>
    change.photos.edit(id, shiftEdit(await change.photos.get(id), minutes)),
  );

/**
 * Makes the edit that shifts the capture time of a photo. A shift that leads back to the time of the file restores that
 * time with its source, so that the opposite shift undoes a shift.
 * @throws AppError conflict if too little of the time is known; invalid-request if the year has no four digits
 */
function shiftEdit({ takenAt, fileSays }: Pick<Photo, 'takenAt' | 'fileSays'>, minutes: number): PhotoEdit {
  const { precision } = takenAt;
  if (precision === 'month' || precision === 'year' || (precision === 'day' && minutes % DAY_MINUTES !== 0)) {
    throw new AppError('conflict', `Only the ${precision} of this photo is known. Set its time first.`);
  }
  const local = shifted(takenAt.local, minutes);
  const file = fileSays?.takenAt;
  if (file?.local === local && file.offset === takenAt.offset) return { takenAt: null };
  const utc = takenAt.utc === null ? null : `${shifted(takenAt.utc.slice(0, -1), minutes)}Z`;
  return { takenAt: { ...takenAt, local, utc, source: 'user' } satisfies TakenAt };
}

/** Shifts a wall-clock time. Its fraction of a second stays as it is. */
function shifted(time: string, minutes: number): string {
  const instant = Date.parse(`${time.slice(0, 19)}Z`) + minutes * MINUTE_MS;
  // The same years as for a time that a client states.
  if (!(instant >= Date.parse('1000-01-02') && instant < Date.parse('9999-12-31'))) {
    throw new AppError('invalid-request', 'The shifted time must lie between the years 1000 and 9999.');
  }
  return new Date(instant).toISOString().slice(0, 19) + time.slice(19);
}

/**
 * Photos in one transaction: with 60 words and 20 albums each, the index entries of more could pass the 10 MiB that a
 * transaction may have.
 */
const PHOTOS_PER_COMMIT = 25;

async function changeEach<T extends { id: PhotoId }>(
  deps: EditDeps,
  user: UserId,
  items: (T | AppError)[],
  act: (change: Change, item: T) => Promise<Photo>,
): Promise<EditResult[]> {
  const results: EditResult[] = [];
  for (let first = 0; first < items.length; first += PHOTOS_PER_COMMIT) {
    results.push(...(await changeSome(deps, user, items.slice(first, first + PHOTOS_PER_COMMIT), act)));
  }
  return results;
}

function changeSome<T extends { id: PhotoId }>(
  { library }: EditDeps,
  user: UserId,
  items: (T | AppError)[],
  act: (change: Change, item: T) => Promise<Photo>,
): Promise<EditResult[]> {
  const refs = items.flatMap((item) => (item instanceof AppError ? [] : [photoRef(item.id)]));
  return library.commit(
    user,
    async (change) => {
      const results: EditResult[] = [];
      for (const item of items) results.push(await resultOf(change, item, act));
      return results;
    },
    refs,
  );
}

async function resultOf<T>(
  change: Change,
  item: T | AppError,
  act: (change: Change, item: T) => Promise<Photo>,
): Promise<EditResult> {
  try {
    if (item instanceof AppError) throw item;
    return { photo: await act(change, item) };
  } catch (error) {
    if (error instanceof AppError) return { problem: presentProblem(error) };
    throw error;
  }
}
