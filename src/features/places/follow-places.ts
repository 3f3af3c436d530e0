import { onTimeline } from '../../data/model/entity-kinds.ts';
import { userRef } from '../../data/model/entity-refs.ts';
import {
  needsPlace,
  placeKeysOf,
  placeOf,
  PLACES_VERSION,
  type PlaceKeys,
  NAMING_PLACES,
} from '../../data/model/photo-place.ts';
import type { Photo } from '../../data/model/records.ts';
import type { Change } from '../../data/rules/change.ts';
import { MINUTE_MS } from '../../runtime/durations.ts';
import type { JobRef } from '../../data/model/job-ref.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import { MOST_CITIES, MOST_COUNTRIES, placeListRef, type CountedCountry, type PlaceList } from './place-list.ts';

/** Names the places of photos that have changed behind a sequence. */
export const findPlacesRef: JobRef<{ user: UserId; after: number }> = { name: 'find-places' };

/** Chooses covers for the places that have none. */
export const chooseCoversRef: JobRef<{ user: UserId }> = { name: 'choose-place-covers' };

/**
 * Keeps the list of places in agreement with a photo, in the same transaction, and has the place of new coordinates looked up.
 * It reads and writes nothing for a photo without a place.
 */
export async function followPlaces(change: Change, before: Photo | undefined, after: Photo): Promise<void> {
  if (needsPlace(after) && !(before && needsPlace(before))) await seekPlace(change, after);
  const [left, entered] = [before && shownPlace(before), shownPlace(after)];
  if (left?.country === entered?.country && left?.city === entered?.city) return;
  if (await isCounted(change, after.id)) await countPlace(change, before, after);
}

/** Counts a photo in the list of places, or takes it out. */
export async function countPlace({ entities, userId, outbox }: Change, before: Photo | undefined, after: Photo) {
  const { countries, ...rest }: PlaceList = (await entities.read(placeListRef)) ?? { countries: {} };
  const list = { ...countries };
  const left = before && shownPlace(before);
  const entered = shownPlace(after);
  const lacksCover = left ? leave(list, left, after.id) : false;
  if (entered) enter(list, entered, after);
  entities.write(placeListRef, { ...rest, countries: list });
  if (lacksCover) outbox.enqueue(chooseCoversRef, { user: userId });
}

const shownPlace = (photo: Photo): PlaceKeys | undefined => (onTimeline(photo) ? placeKeysOf(photo) : undefined);

/** How long photos are collected whose places one task looks up, in milliseconds. */
const SEEK_DELAY_MS = 5_000;

/** After this time a task that was enqueued counts as lost, in milliseconds. */
const LOST_AFTER_MS = 60 * MINUTE_MS;

async function seekPlace({ account, entities, now, outbox, userId }: Change, photo: Photo): Promise<void> {
  const user = await account.read();
  const { placesSoughtAt: soughtAt } = user;
  // A task of later than now was enqueued by a clock that was ahead.
  if (soughtAt !== undefined && soughtAt <= now && now < soughtAt + LOST_AFTER_MS) return;
  entities.write(userRef, { ...user, placesSoughtAt: now });
  outbox.enqueue(findPlacesRef, { user: userId, after: photo.changed - 1 }, now + SEEK_DELAY_MS);
}

/** Whether the list counts this photo. A job that counts all of them counts those behind its position itself. */
async function isCounted({ account, entities }: Change, id: PhotoId): Promise<boolean> {
  const { places } = await account.read();
  if (places === PLACES_VERSION) return true;
  if (!places?.startsWith(NAMING_PLACES)) return false;
  return id <= ((await entities.read(placeListRef))?.countedUpTo ?? '');
}

/** Returns whether a place has lost its cover, and has other photos. */
function leave(countries: PlaceList['countries'], keys: PlaceKeys, id: PhotoId): boolean {
  const country = countries[keys.country];
  if (!country) return false;
  const without = <Place extends { count: number; cover: PhotoId | null }>(place: Place): Place => ({
    ...place,
    count: place.count - 1,
    cover: place.cover === id ? null : place.cover,
  });
  const cities = { ...country.cities };
  const city = keys.city === undefined ? undefined : cities[keys.city];
  const fewer = { country: without(country), city: city && without(city) };
  if (keys.city !== undefined && fewer.city) {
    if (fewer.city.count > 0) cities[keys.city] = fewer.city;
    else delete cities[keys.city];
  }
  if (fewer.country.count > 0) countries[keys.country] = { ...fewer.country, cities };
  else delete countries[keys.country];
  return [fewer.country, fewer.city].some((place) => place && place.count > 0 && place.cover === null);
}

function enter(countries: PlaceList['countries'], keys: PlaceKeys, photo: Photo): void {
  const { country: name = null, code = null, region = null, city = null } = placeOf(photo) ?? {};
  const known = countries[keys.country];
  if (!known && Object.keys(countries).length >= MOST_COUNTRIES) return;
  const before: CountedCountry = known ?? { name, code, count: 0, cover: null, cities: {} };
  const more = { ...before, code: before.code ?? code, count: before.count + 1, cover: before.cover ?? photo.id };
  countries[keys.country] = more;
  if (keys.city === undefined) return;
  const there = before.cities[keys.city];
  if (!there && citiesIn(countries) >= MOST_CITIES) return;
  const { count, cover } = there ?? { count: 0, cover: null };
  more.cities = { ...before.cities, [keys.city]: { city, region, count: count + 1, cover: cover ?? photo.id } };
}

const citiesIn = (countries: PlaceList['countries']) =>
  Object.values(countries).reduce((sum, { cities }) => sum + Object.keys(cities).length, 0);
