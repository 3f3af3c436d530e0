import type { Entities } from '../commit/unit-of-work.ts';
import { contentRef } from '../model/entity-refs.ts';
import type { Photo } from '../model/records.ts';

type IndexedPhoto = Pick<Photo, 'id' | 'sha256'>;

/** Adds a photo to the entry of its bytes. */
export async function addToContentIndex(entities: Entities, { id, sha256 }: IndexedPhoto): Promise<void> {
  const ref = contentRef(sha256);
  entities.write(ref, { photos: [...((await entities.read(ref))?.photos ?? []), id] });
}

/** Removes a photo from the entry of its bytes, and deletes the entry when it is empty. */
export async function removeFromContentIndex(entities: Entities, { id, sha256 }: IndexedPhoto): Promise<void> {
  const ref = contentRef(sha256);
  const photos = (await entities.read(ref))?.photos.filter((other) => other !== id) ?? [];
  entities.write(ref, photos.length > 0 ? { photos } : undefined);
}
