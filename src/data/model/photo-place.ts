import type { Photo, PlaceName, User } from './records.ts';
import { foldText } from './words-of-text.ts';

/**
 * Raised with each change of the data or of the rules by which coordinates become places. A nightly job then names all places
 * again. `test/places/place-data.test.ts` says by which versions of which packages this one was made.
 */
export const PLACES_VERSION = '1';

/** Where a photo was taken, in words, and who says so. */
interface PhotoPlace extends PlaceName {
  source: 'location' | 'owner';
}

/** The place of a photo: the owner's word stands above what the coordinates say. Undefined where there is neither. */
export function placeOf({ ownPlace, foundPlace }: Photo): PhotoPlace | undefined {
  const { country = null, code = null, region = null, city = null } = ownPlace ?? foundPlace ?? {};
  if (country === null && region === null && city === null) return undefined;
  return { country, code, region, city, source: ownPlace ? 'owner' : 'location' };
}

/** Whether the coordinates of a photo must be looked up by the data of this release. */
export const needsPlace = ({ location, foundPlace, erasedAt }: Photo) =>
  location !== null && erasedAt === undefined && foundPlace?.version !== PLACES_VERSION;

/** Names the country of a place, and the city, or the region where no city is known. The same place has the same keys. */
export interface PlaceKeys {
  country: string;
  city: string | undefined;
}

export function placeKeysOf(photo: Photo): PlaceKeys | undefined {
  const place = placeOf(photo);
  if (!place) return undefined;
  const { country, region, city } = place;
  const named = region !== null || city !== null;
  return { country: part(country), city: named ? [country, region, city].map(part).join('/') : undefined };
}

/** The slash divides the parts of a key. */
const part = (name: string | null) => (name === null ? '-' : foldText(name).replaceAll('/', ' '));

/** How the `places` property of a user begins while a job names the places of that user's photos; the photos done follow. */
export const NAMING_PLACES = `naming ${PLACES_VERSION} `;

/** Whether the places of all photos are named and counted, and of how many they are if not. */
export function namingOf({ places = '' }: Pick<User, 'places'>): { complete: boolean; photos?: number } {
  if (places === PLACES_VERSION) return { complete: true };
  return { complete: false, photos: places.startsWith(NAMING_PLACES) ? Number(places.slice(NAMING_PLACES.length)) : 0 };
}
