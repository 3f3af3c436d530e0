import { needsPlace, PLACES_VERSION } from '../../data/model/photo-place.ts';
import type { Photo } from '../../data/model/records.ts';
import type { Change } from '../../data/rules/change.ts';
import type { FindPlace } from './find-place.ts';

/**
 * Names the places of these photos within a change, where their coordinates have not been looked up by the data of this
 * release. A photo that has a new place is reported in the change feed.
 */
export async function namePlaces(change: Change, photos: readonly Photo[], find: FindPlace): Promise<void> {
  for (const { id } of photos) {
    const [photo] = await change.photos.getMany([id]);
    if (!photo?.location || !needsPlace(photo)) continue;
    await change.photos.progress(id, { foundPlace: { ...find(photo.location), version: PLACES_VERSION } });
  }
}
