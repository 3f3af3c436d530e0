import { z } from 'zod';
import { defineSweep, type SweepDeps } from '../../background/define-sweep.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { photoRef, userRef } from '../../data/model/entity-refs.ts';
import { PLACES_VERSION, NAMING_PLACES, namingOf } from '../../data/model/photo-place.ts';
import type { Photo } from '../../data/model/records.ts';
import type { Change } from '../../data/rules/change.ts';
import type { Store } from '../../data/read/store.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Log } from '../../runtime/log.ts';
import { openPlaces, type FindPlace } from './find-place.ts';
import { countPlace } from './follow-places.ts';
import { namePlaces } from './name-places.ts';
import { placeListRef } from './place-list.ts';

/** Photos in one transaction, and transactions in one task. */
const PHOTOS_PER_COMMIT = 25;
const COMMITS_PER_STEP = 20;

interface NameAllDeps extends SweepDeps {
  store: Store;
  library: Library;
  log: Log;
}

/** How many photos were done before this step. Names the step: the position itself is stored with the list of places. */
const State = z.object({ photos: z.int() });

/**
 * Names the places of all photos of a user, and counts them: after a release with other data, and where an earlier release has
 * written, which drops the `places` property of the user. Position and progress are written in the transaction that counts: a
 * step that was cut continues, and two runs share the work.
 */
export const nameAllPlaces = defineSweep({
  name: 'name-places',
  state: State,
  async step({ store, library, log }: NameAllDeps, user, state) {
    if (!state && !(await begin(library, user))) return { outcome: 'nothing-to-do' };
    const find = await openPlaces();
    let photos = 0;
    for (let commits = 0; commits < COMMITS_PER_STEP; commits++) {
      const after = (await store.entity(user, placeListRef))?.countedUpTo;
      if (after === undefined) return { outcome: 'nothing-to-do' };
      const found = await store.photosAfter(user, after, PHOTOS_PER_COMMIT);
      const refs = [placeListRef, ...found.map(({ id }) => photoRef(id))];
      const outcome = await library.commit(user, (change) => nameSome(change, found, { after, find }), refs);
      if (typeof outcome === 'string') return { outcome };
      ({ photos } = outcome);
    }
    log.info({ account: user, photos }, `The places of ${photos} photos are named so far.`);
    return { outcome: `places of ${photos} photos named so far`, next: { photos } };
  },
});

/** Empties the list of places, which the job fills again. Returns whether there is something to do. */
const begin = (library: Library, user: UserId) =>
  library.commit(user, async ({ entities }) => {
    const found = await entities.read(userRef);
    if (!found || found.places === PLACES_VERSION) return false;
    if (found.places?.startsWith(NAMING_PLACES)) return true;
    entities.write(userRef, { ...found, places: `${NAMING_PLACES}0` });
    entities.write(placeListRef, { countries: {}, countedUpTo: '' });
    return true;
  });

/** Names and counts photos that follow the position `after`. Returns how many are done so far, or why the job ends. */
async function nameSome(
  change: Change,
  found: readonly Photo[],
  { after, find }: { after: string; find: FindPlace },
): Promise<{ photos: number } | string> {
  const { account, entities } = change;
  const before = await account.read();
  if (!before.places?.startsWith(NAMING_PLACES)) return 'an earlier release has written';
  const done = namingOf(before).photos ?? 0;
  // Another run has counted these photos.
  if ((await entities.read(placeListRef))?.countedUpTo !== after) return { photos: done };
  await namePlaces(change, found, find);
  for (const photo of await change.photos.getMany(found.map(({ id }) => id)))
    await countPlace(change, undefined, photo);
  const photos = done + found.length;
  const isLast = found.length < PHOTOS_PER_COMMIT;
  const list = (await entities.read(placeListRef)) ?? { countries: {} };
  entities.write(placeListRef, { ...list, countedUpTo: isLast ? undefined : found.at(-1)?.id });
  const user = await account.read();
  // The new sequence makes kept replies outdated.
  const now = isLast
    ? { ...user, places: PLACES_VERSION, sequence: user.sequence + 1 }
    : { ...user, places: `${NAMING_PLACES}${photos}` };
  entities.write(userRef, now);
  return isLast ? `places of ${photos} photos named` : { photos };
}
