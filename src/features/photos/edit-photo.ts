import { AppError } from '../../runtime/errors.ts';
import type { Change } from '../../data/rules/change.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import { addRotation } from '../../runtime/rotation.ts';
import type { PhotoEdit } from '../../data/rules/owner-edit.ts';
import { photoRef } from '../../data/model/entity-refs.ts';
import type { Photo } from '../../data/model/records.ts';
import { makeVariantsRef } from './make-variants.job.ts';
import type { Precondition } from './precondition.ts';
import { RECIPE, recipeOf, recipePrefix } from './recipe.ts';

export interface EditDeps {
  library: Library;
}

/** A photo that its owner wants to change, on the condition of the request's `If-Match`. */
export interface Target {
  user: UserId;
  id: PhotoId;
  precondition: Precondition;
}

/** Edits what the owner may edit. */
export const editPhoto = (deps: EditDeps, target: Target, edit: PhotoEdit): Promise<Photo> =>
  changeOne(deps, target, (change) => editIn(change, target.id, edit));

/** Turns a photo clockwise from how it stands when the change is made, so that of two turns none is lost. */
export const turnPhoto = (deps: EditDeps, target: Target, degrees: number): Promise<Photo> =>
  changeOne(deps, target, async (change) => {
    const { rotation } = await change.photos.get(target.id);
    return editIn(change, target.id, { rotation: addRotation(rotation, degrees) });
  });

/**
 * Edits a photo within a change. If this turns the photo, tasks make its smaller sizes again and delete the former ones.
 */
export async function editIn(change: Change, id: PhotoId, edit: PhotoEdit): Promise<Photo> {
  const before = await change.photos.get(id);
  const after = await change.photos.edit(id, edit);
  if (after.rotations === before.rotations) return after;
  if (after.state === 'pending') change.outbox.enqueue(makeVariantsRef, { user: after.user, photo: id });
  // Those of the current recipe also exist where an earlier one is noted: some are made on demand.
  for (const recipe of new Set([recipeOf(before), RECIPE])) change.objects.eraseAll(recipePrefix(before, recipe));
  return after;
}

/** Moves a photo to the trash. A photo in the trash stays there. */
export const trashPhoto = (deps: EditDeps, target: Target): Promise<Photo> =>
  changeOne(deps, target, (change) => change.photos.trash(target.id));

/** Takes a photo out of the trash. */
export const restorePhoto = (deps: EditDeps, target: Target): Promise<Photo> =>
  changeOne(deps, target, (change) => change.photos.restore(target.id));

/** @throws AppError not-found, precondition-failed */
function changeOne(
  { library }: EditDeps,
  { user, id, precondition }: Target,
  act: (change: Change) => Promise<Photo>,
): Promise<Photo> {
  return library.commit(
    user,
    async (change) => {
      precondition(await change.photos.get(id));
      return act(change);
    },
    [photoRef(id)],
  );
}

/**
 * Enqueues a new task, with attempts of its own, for the smaller sizes of a failed photo. A photo that waits for its next
 * attempt goes on waiting.
 * @throws AppError not-found; gone for a photo that was rejected; conflict for a photo that has all its sizes;
 *   digest-mismatch for a photo whose bytes an earlier version found to be others than announced, and kept
 */
export function retryPhoto({ library }: { library: Library }, user: UserId, id: PhotoId): Promise<Photo> {
  return library.commit(
    user,
    async (change) => {
      const photo = await change.photos.get(id);
      if (photo.state === 'pending') return photo;
      if (photo.state === 'ready')
        throw new AppError('conflict', 'The photo has all its sizes. There is nothing to retry.');
      if (photo.processing.lastError?.startsWith('digest-mismatch')) throw notAsAnnounced();
      change.outbox.enqueue(makeVariantsRef, { user, photo: id });
      const processing = { ...photo.processing, nextAttemptAt: change.now };
      return change.photos.progress(id, { state: 'pending', processing });
    },
    [photoRef(id)],
  );
}

const notAsAnnounced = () =>
  new AppError(
    'digest-mismatch',
    'The bytes of this photo have another sha256 than announced, and no attempt can change that. ' +
      'Delete the photo and send the file again.',
  );
