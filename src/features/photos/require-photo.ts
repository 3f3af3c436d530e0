import { absent, isErased } from '../../data/rules/erasure.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import type { Photo } from '../../data/model/records.ts';
import type { Store } from '../../data/read/store.ts';

/**
 * The photo that a request names.
 * @throws AppError not-found if it never existed, is erased or belongs to another user; gone if it was rejected
 */
export async function requirePhoto({ store }: { store: Store }, user: UserId, id: PhotoId): Promise<Photo> {
  const photo = await store.photoOrTombstone(user, id);
  if (!photo || isErased(photo)) throw absent(photo);
  return photo;
}
