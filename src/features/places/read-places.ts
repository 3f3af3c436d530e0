import { accountErased } from '../../data/rules/erasure.ts';
import { namingOf } from '../../data/model/photo-place.ts';
import { timelineKey } from '../../data/model/sort-keys.ts';
import type { Photo, User } from '../../data/model/records.ts';
import { filterTerm } from '../../data/model/words-of-photo.ts';
import type { Store } from '../../data/read/store.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { CursorScope } from '../../signing/cursor.ts';
import type { SigningKeys } from '../../signing/keys.ts';
import { createCoverUrls, type PresentDeps } from '../photos/present.ts';
import { keysetPage, readPosition, type KeysetPage, type KeysetRange } from '../timeline/keyset-page.ts';
import { placeListRef, type CountedCity, type CountedCountry } from './place-list.ts';
import type { City, Country, PlaceListReply } from './schemas.ts';

export interface ReadPlacesDeps extends PresentDeps {
  store: Store;
  signingKeys: SigningKeys;
}

/**
 * Reads the places of a user's timeline, from one entity.
 * @throws AppError account-erased
 */
export async function readPlaces(deps: ReadPlacesDeps, id: UserId): Promise<PlaceListReply> {
  const found = await deps.store.snapshot(id, async (snapshot) => ({
    user: snapshot.user,
    list: await snapshot.entity(placeListRef),
  }));
  if (!found) throw accountErased();
  const present = presenterOf(deps, id);
  const items = Object.entries(found.list?.countries ?? {}).map(([place, country]) => present.country(place, country));
  const { complete } = namingOf(found.user);
  return { items: items.toSorted(mostPhotos), complete, sequence: found.user.sequence };
}

function presenterOf(deps: PresentDeps, id: UserId) {
  const urlsOf = createCoverUrls(deps, id);
  const shown = (place: string, { count, cover }: CountedCity | CountedCountry) => ({
    place,
    count,
    cover,
    coverUrls: cover === null ? null : urlsOf(cover),
  });
  const city = (place: string, counted: CountedCity): City => ({
    ...shown(place, counted),
    city: counted.city,
    region: counted.region,
  });
  const country = (place: string, counted: CountedCountry): Country => ({
    ...shown(place, counted),
    country: counted.name,
    code: counted.code,
    cities: Object.entries(counted.cities)
      .map(([key, there]) => city(key, there))
      .toSorted(mostPhotos),
  });
  return { country };
}

type Named = { count: number; country: string | null } | { count: number; city: string | null; region: string | null };

const nameOf = (place: Named) => ('city' in place ? (place.city ?? place.region) : place.country) ?? '';

const mostPhotos = (a: Named, b: Named) =>
  b.count - a.count || Number(nameOf(a) > nameOf(b)) - Number(nameOf(a) < nameOf(b));

interface PlacePage extends KeysetPage<Photo> {
  user: User;
}

/**
 * Reads one page of the photos of a country or city, newest first, without archive and trash. A place without photos has an
 * empty page.
 * @throws AppError account-erased, cursor-invalid, cursor-mismatch
 */
export async function readPlacePhotos(
  deps: ReadPlacesDeps,
  id: UserId,
  { place, limit, cursor }: { place: string; limit: number; cursor?: string | undefined },
): Promise<PlacePage> {
  const scope: CursorScope = { user: id, order: 'place', filter: { place } };
  const start = cursor === undefined ? undefined : readPosition(deps, scope, cursor);
  const terms = [filterTerm.in(place), filterTerm.archived(false)];
  const page = await deps.store.snapshot(id, async (snapshot) => {
    const read = async (range: KeysetRange) =>
      (await snapshot.photos({ ...range, by: 'albumKey', terms })).map((photo) => ({
        photo,
        position: timelineKey(photo),
      }));
    return { user: snapshot.user, ...(await keysetPage(deps, { scope, start, limit }, read)) };
  });
  if (!page) throw accountErased();
  return { ...page, items: page.items.map(({ photo }) => photo) };
}
