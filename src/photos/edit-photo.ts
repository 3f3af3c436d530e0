import { parseIfMatch } from '../http/conditional.ts';
import { AppError } from '../http/errors.ts';
import type { PhotoEdit } from '../library/owner-edit.ts';
import type { Library } from '../library/commit.ts';
import type { PhotoId, UserId } from '../library/ids.ts';
import { photoRow } from '../library/rows.ts';
import type { Photo } from '../library/shapes.ts';

interface EditDeps {
  library: Library;
}

/**
 * Changes what the owner may change. `ifMatch` is the request's `If-Match`; when the photo has been edited since,
 * `present` makes the current item that the refusal carries.
 */
export function editPhoto(
  { library }: EditDeps,
  user: UserId,
  id: PhotoId,
  edit: PhotoEdit,
  condition: { ifMatch: string | undefined; present(photo: Photo): unknown },
): Promise<Photo> {
  const matches = parseIfMatch(condition.ifMatch);
  return library.commit(
    user,
    async (change) => {
      const photo = await change.photo(id);
      if (!matches(photo.revision)) {
        throw new AppError('precondition-failed', 'The photo has been edited since you read it: look at `current`.', {
          extra: { current: condition.present(photo) },
        });
      }
      return change.edit(id, edit);
    },
    [photoRow(id)],
  );
}

/** Moves a photo to the trash; one that is there already stays. */
export function trashPhoto({ library }: EditDeps, user: UserId, id: PhotoId): Promise<Photo> {
  return library.commit(user, (change) => change.trash(id), [photoRow(id)]);
}

/** Takes a photo out of the trash. */
export function restorePhoto({ library }: EditDeps, user: UserId, id: PhotoId): Promise<Photo> {
  return library.commit(user, (change) => change.restore(id), [photoRow(id)]);
}
