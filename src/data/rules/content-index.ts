import type { UnitOfWork } from '../commit/unit-of-work.ts';
import { contentRef } from '../model/entity-refs.ts';
import type { Photo } from '../model/records.ts';

type IndexedPhoto = Pick<Photo, 'id' | 'sha256'>;

/** Counts a photo among those that have its bytes. */
export async function addToContentIndex(overlay: UnitOfWork, { id, sha256 }: IndexedPhoto): Promise<void> {
  const row = contentRef(sha256);
  overlay.write(row, { photos: [...((await overlay.read(row))?.photos ?? []), id] });
}

/** Counts a photo no longer among those that have its bytes. The last one takes the claim along. */
export async function removeFromContentIndex(overlay: UnitOfWork, { id, sha256 }: IndexedPhoto): Promise<void> {
  const row = contentRef(sha256);
  const photos = (await overlay.read(row))?.photos.filter((other) => other !== id) ?? [];
  overlay.write(row, photos.length > 0 ? { photos } : undefined);
}
