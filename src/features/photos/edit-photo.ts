import type { Change } from '../../data/rules/change.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import type { PhotoEdit } from '../../data/rules/owner-edit.ts';
import { photoRef } from '../../data/model/entity-refs.ts';
import type { Photo } from '../../data/model/records.ts';
import type { Precondition } from './precondition.ts';

export interface EditDeps {
  library: Library;
}

/** A photo that the owner wants to change, if it is still the one that he has in mind. */
export interface Target {
  user: UserId;
  id: PhotoId;
  precondition: Precondition;
}

/** Changes what the owner may change. */
export const editPhoto = (deps: EditDeps, target: Target, edit: PhotoEdit): Promise<Photo> =>
  changeOne(deps, target, (change) => change.photos.edit(target.id, edit));

/** Moves a photo to the trash; one that is there already stays. */
export const trashPhoto = (deps: EditDeps, target: Target): Promise<Photo> =>
  changeOne(deps, target, (change) => change.photos.trash(target.id));

/** Takes a photo out of the trash. */
export const restorePhoto = (deps: EditDeps, target: Target): Promise<Photo> =>
  changeOne(deps, target, (change) => change.photos.restore(target.id));

/** Throws `not-found` and `precondition-failed`. */
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
