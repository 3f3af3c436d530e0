import { z } from 'zod';
import { defineJob, UserIdText } from '../../background/define-job.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { onTimeline } from '../../data/model/entity-kinds.ts';
import { photoRef, userRef } from '../../data/model/entity-refs.ts';
import { placeKeysOf } from '../../data/model/photo-place.ts';
import { filterTerm } from '../../data/model/words-of-photo.ts';
import type { Change } from '../../data/rules/change.ts';
import type { Store } from '../../data/read/store.ts';
import type { PhotoId } from '../../runtime/ids.ts';
import { chooseCoversRef } from './follow-places.ts';
import { placeListRef, type PlaceList } from './place-list.ts';

interface ChooseCoversDeps {
  store: Store;
  library: Library;
}

/** Makes the newest photo of each place its cover, where the cover has left. */
export const chooseCovers = defineJob({
  ...chooseCoversRef,
  payload: z.object({ user: UserIdText }),
  async run({ store, library }: ChooseCoversDeps, { user }) {
    const list = await store.entity(user, placeListRef);
    const chosen: [place: string, photo: PhotoId][] = [];
    for (const place of withoutCover(list)) {
      const terms = [filterTerm.in(place), filterTerm.archived(false)];
      const found = await store.range(user, { by: 'albumKey', towards: 'older', limit: 1, terms });
      const [newest] = found?.photos ?? [];
      if (newest) chosen.push([place, newest.id]);
    }
    if (chosen.length === 0) return 'nothing-to-do';
    const refs = [placeListRef, ...chosen.map(([, id]) => photoRef(id))];
    await library.commit(user, (change) => setCovers(change, new Map(chosen)), refs);
    return `${chosen.length} chosen`;
  },
});

function withoutCover(list: PlaceList | undefined): string[] {
  return Object.entries(list?.countries ?? {}).flatMap(([key, country]) => {
    const cities = Object.entries(country.cities).flatMap(([city, { cover }]) => (cover === null ? [city] : []));
    return country.cover === null ? [key].concat(cities) : cities;
  });
}

async function setCovers({ account, entities, photos }: Change, chosen: ReadonlyMap<string, PhotoId>): Promise<void> {
  const { countries, ...rest }: PlaceList = (await entities.read(placeListRef)) ?? { countries: {} };
  const there = await photos.getMany([...new Set(chosen.values())]);
  const placesOf = new Map(there.map((photo) => [photo.id, onTimeline(photo) ? placeKeysOf(photo) : undefined]));
  const coverOf = (place: string, cover: PhotoId | null) => {
    const id = chosen.get(place);
    const keys = id && placesOf.get(id);
    return cover === null && id && keys && (keys.country === place || keys.city === place) ? id : cover;
  };
  const covered = Object.entries(countries).map(([key, country]) => {
    const cities = Object.entries(country.cities).map(([name, city]) => [
      name,
      { ...city, cover: coverOf(name, city.cover) },
    ]);
    return [key, { ...country, cover: coverOf(key, country.cover), cities: Object.fromEntries(cities) }];
  });
  entities.write(placeListRef, { ...rest, countries: Object.fromEntries(covered) });
  const user = await account.read();
  // The new sequence makes kept replies outdated, which show no cover.
  entities.write(userRef, { ...user, sequence: user.sequence + 1 });
}
