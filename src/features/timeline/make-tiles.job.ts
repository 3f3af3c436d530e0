import { z } from 'zod';
import { defineSweep, type SweepDeps } from '../../background/define-sweep.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { photoRef, userRef } from '../../data/model/entity-refs.ts';
import { MAKING_TILES, TILE_VERSION } from '../../data/model/tile.ts';
import type { Change } from '../../data/rules/change.ts';
import type { Store } from '../../data/read/store.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';
import type { Log } from '../../runtime/log.ts';

/** Photos in one transaction, and in one task. */
const PHOTOS_PER_COMMIT = 25;
const PHOTOS_PER_STEP = 500;

interface MakeTilesDeps extends SweepDeps {
  store: Store;
  library: Library;
  log: Log;
}

const State = z.object({
  /** Photos up to this id have tiles. */
  after: z.string(),
  /** Whether lists have missed photos. */
  missed: z.boolean().optional(),
});

/** Why there is something to do: no tiles of this version, or photos without tiles among those with them. */
type Begun = 'outdated' | 'missed';

/**
 * Gives tiles to all photos of a user whose lists read photos: those of earlier releases, and those that such a release
 * has written to since. The `tiles` property of the user says that the job is under way. A write by an earlier release
 * drops it, and the job ends without a result. The next night starts it again.
 *
 * Lists that read tiles do not show a photo without one. So the job counts both first. Where they differ, it logs the
 * fault, makes all tiles again, and reports all photos in the change feed again.
 */
export const makeTiles = defineSweep({
  name: 'make-tiles',
  state: State,
  async step(deps: MakeTilesDeps, user, state) {
    const { store, library } = deps;
    const begun = state ? undefined : await begin(deps, user);
    if (!state && !begun) return { outcome: 'nothing-to-do' };
    const missed = state?.missed ?? begun === 'missed';
    let after = state?.after ?? '';
    for (let made = 0; made < PHOTOS_PER_STEP; made += PHOTOS_PER_COMMIT) {
      const photos = await store.photosAfter(user, after, PHOTOS_PER_COMMIT);
      const ids = photos.map(({ id }) => id);
      const isUnderWay = await library.commit(user, (change) => writeAgain(change, ids, missed), ids.map(photoRef));
      if (!isUnderWay) return { outcome: 'an earlier release has written' };
      if (photos.length < PHOTOS_PER_COMMIT) return { outcome: await end(library, user) };
      after = ids.at(-1) ?? after;
    }
    return { outcome: `tiles up to photo ${after}`, next: missed ? { after, missed } : { after } };
  },
});

/** Returns why there is something to do; undefined if there is nothing. */
async function begin({ store, library, log }: MakeTilesDeps, user: UserId): Promise<Begun | undefined> {
  const { photos, tiles } = await store.tileCounts(user);
  const begun = await library.commit(user, async ({ entities }) => {
    const found = await entities.read(userRef);
    if (!found || (found.tiles === TILE_VERSION && photos === tiles)) return undefined;
    entities.write(userRef, { ...found, tiles: MAKING_TILES });
    return found.tiles === TILE_VERSION ? 'missed' : 'outdated';
  });
  if (begun === 'missed') log.error({ account: user, photos, tiles }, 'Lists have missed photos that have no tile.');
  return begun;
}

/** Every write of a photo writes its tile. Returns whether the job is still under way. */
async function writeAgain({ entities }: Change, ids: readonly PhotoId[], missed: boolean): Promise<boolean> {
  const user = await entities.read(userRef);
  if (user?.tiles !== MAKING_TILES) return false;
  let { sequence } = user;
  for (const id of ids) {
    const photo = await entities.read(photoRef(id));
    if (!photo) continue;
    if (missed) sequence += 1;
    entities.write(photoRef(id), missed ? { ...photo, changed: sequence } : photo);
  }
  // A new sequence makes the kept replies of lists outdated.
  if (missed) entities.write(userRef, { ...user, sequence });
  return true;
}

const end = (library: Library, user: UserId) =>
  library.commit(user, async ({ entities }) => {
    const found = await entities.read(userRef);
    if (found?.tiles !== MAKING_TILES) return 'an earlier release has written';
    entities.write(userRef, { ...found, tiles: TILE_VERSION });
    return 'lists read tiles';
  });
