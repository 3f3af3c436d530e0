import { z } from 'zod';
import { defineJob, UserIdText } from '../../background/define-job.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { photoRef, userRef } from '../../data/model/entity-refs.ts';
import { needsPlace } from '../../data/model/photo-place.ts';
import { feedPosition } from '../../data/model/sort-keys.ts';
import type { Store } from '../../data/read/store.ts';
import { findPlacesRef } from './follow-places.ts';
import { openPlaces } from './find-place.ts';
import { namePlaces } from './name-places.ts';

interface FindPlacesDeps {
  store: Store;
  library: Library;
}

/** Photos in one transaction. */
const PHOTOS_PER_COMMIT = 25;

/** Transactions in one task. */
const MOST_COMMITS = 40;

/** Names the places of photos that have just got coordinates, in the order in which photos have changed. */
export const findPlaces = defineJob({
  ...findPlacesRef,
  payload: z.object({ user: UserIdText, after: z.int() }),
  async run({ store, library }: FindPlacesDeps, { user, after }) {
    const find = await openPlaces();
    let [seen, named] = [after, 0];
    for (let commits = 0; commits < MOST_COMMITS; commits++) {
      const range = { by: 'changedKey', towards: 'newer', limit: PHOTOS_PER_COMMIT } as const;
      const page = await store.range(user, { ...range, from: feedPosition(user, seen) });
      if (!page) return 'nothing-to-do';
      const photos = page.photos.filter(needsPlace);
      const isLast = page.photos.length < PHOTOS_PER_COMMIT;
      seen = isLast ? page.user.sequence : (page.photos.at(-1)?.changed ?? seen);
      const isDone = await library.commit(
        user,
        async (change) => {
          const owner = await change.account.read();
          const isAll = isLast && owner.sequence === seen;
          await namePlaces(change, photos, find);
          if (isAll) change.entities.write(userRef, { ...(await change.account.read()), placesSoughtAt: undefined });
          return isAll;
        },
        photos.map(({ id }) => photoRef(id)),
      );
      named += photos.length;
      if (isDone) return `${named} places looked up`;
    }
    await library.commit(user, async ({ outbox }) => outbox.enqueue(findPlacesRef, { user, after: seen }));
    return `${named} places looked up; goes on`;
  },
});
