import { AppError } from '../http/errors.ts';
import type { PhotoId, UserId } from '../library/ids.ts';
import type { Photo } from '../library/shapes.ts';
import type { Store } from '../library/store.ts';

/** Throws `not-found`, whether the photo never was, is gone, or is somebody else's. */
export async function requirePhoto({ store }: { store: Store }, user: UserId, id: PhotoId): Promise<Photo> {
  const photo = await store.photo(user, id);
  if (!photo) throw new AppError('not-found', 'There is no such photo.');
  return photo;
}
