import { AppError } from '../../runtime/errors.ts';
import { presentProblem, type Problem } from '../../http/replies/problem.ts';
import type { Change } from '../../data/rules/change.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import type { PhotoEdit } from '../../data/rules/owner-edit.ts';
import { photoRef } from '../../data/model/entity-refs.ts';
import type { Photo } from '../../data/model/records.ts';
import { editIn, type EditDeps } from './edit-photo.ts';
import { shiftEdit } from './shift-edit.ts';
import { preconditionOf, type Current } from './precondition.ts';

/** One edit of a batch. */
interface BatchEdit {
  id: PhotoId;
  /** Only if the photo still has this tag. */
  ifMatch?: string | undefined;
  edit: PhotoEdit;
}

/** What became of one item: the photo as it is now, or why nothing changed. */
export type BatchResult = { photo: Photo } | { problem: Problem };

/**
 * Edits photos in one transaction. Returns a result for each, in their order: a failure does not affect the others, and an
 * item that was invalid gets its own fault. `current` shows the photo of a failed precondition.
 */
export const editPhotos = (
  deps: EditDeps,
  user: UserId,
  items: (BatchEdit | AppError)[],
  current: Current,
): Promise<BatchResult[]> =>
  changeEach(deps, user, items, async (change, { id, ifMatch, edit }) => {
    preconditionOf(ifMatch, current)(await change.photos.get(id));
    return editIn(change, id, edit);
  });

/** Moves photos to the trash in one transaction, with a result for each. */
export const trashPhotos = (
  deps: EditDeps,
  user: UserId,
  items: ({ id: PhotoId } | AppError)[],
): Promise<BatchResult[]> => changeEach(deps, user, items, (change, { id }) => change.photos.trash(id));

/** Takes photos out of the trash in one transaction, with a result for each. */
export const restorePhotos = (
  deps: EditDeps,
  user: UserId,
  items: ({ id: PhotoId } | AppError)[],
): Promise<BatchResult[]> => changeEach(deps, user, items, (change, { id }) => change.photos.restore(id));

/** Shifts the capture times of photos in one transaction, with a result for each. See `shiftEdit`. */
export const shiftPhotos = (
  deps: EditDeps,
  user: UserId,
  items: { id: PhotoId }[],
  minutes: number,
): Promise<BatchResult[]> =>
  changeEach(deps, user, items, async (change, { id }) =>
    change.photos.edit(id, shiftEdit(await change.photos.get(id), minutes)),
  );

function changeEach<T extends { id: PhotoId }>(
  { library }: EditDeps,
  user: UserId,
  items: (T | AppError)[],
  act: (change: Change, item: T) => Promise<Photo>,
): Promise<BatchResult[]> {
  const refs = items.flatMap((item) => (item instanceof AppError ? [] : [photoRef(item.id)]));
  return library.commit(
    user,
    async (change) => {
      const results: BatchResult[] = [];
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
): Promise<BatchResult> {
  try {
    if (item instanceof AppError) throw item;
    return { photo: await act(change, item) };
  } catch (error) {
    if (error instanceof AppError) return { problem: presentProblem(error) };
    throw error;
  }
}
