import { absent, isErased } from '../library/erasure.ts';
import type { PhotoId, UserId } from '../library/ids.ts';
import type { Photo } from '../library/shapes.ts';
import type { Store } from '../library/store.ts';

/**
 * The photo that a request names.
 * @throws AppError `not-found`, whether it never was, is erased, or belongs to another user; `gone` if it was rejected.
 */
export async function requirePhoto({ store }: { store: Store }, user: UserId, id: PhotoId): Promise<Photo> {
  const photo = await store.photoOrTombstone(user, id);
  if (!photo || isErased(photo)) throw absent(photo);
  return photo;
}
