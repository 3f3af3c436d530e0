import type { PhotoId } from '../../runtime/ids.ts';
import type { Photo } from '../../data/model/records.ts';
import type { PhotoVariants } from '../photos/photo-variants.ts';
import { LISTED } from './compose-mail.ts';

/** The thumbnails of the photos that a mail lists, made now where need be. Those that cannot have any go without. */
export async function thumbsOf(photoVariants: PhotoVariants, photos: readonly Photo[]): Promise<Map<PhotoId, Buffer>> {
  const listed = photos.slice(0, LISTED).filter(({ state }) => state !== 'failed');
  const thumbOf = async (photo: Photo) =>
    (await photoVariants.find(photo, 'thumb', ['jpeg'])) ?? (await photoVariants.make(photo, 'thumb', 'jpeg'));
  return new Map(await Promise.all(listed.map(async (photo) => [photo.id, (await thumbOf(photo)).bytes] as const)));
}
