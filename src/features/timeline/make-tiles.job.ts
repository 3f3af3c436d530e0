import { z } from 'zod';
import { defineSweep, type SweepDeps } from '../../background/define-sweep.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { photoRef, userRef } from '../../data/model/entity-refs.ts';
import { MAKING_TILES, TILE_VERSION } from '../../data/model/tile.ts';
import type { Change } from '../../data/rules/change.ts';
import type { Store } from '../../data/read/store.ts';
import type { PhotoId, UserId } from '../../runtime/ids.ts';

/** Photos in one transaction, and in one task. */
const PHOTOS_PER_COMMIT = 25;
const PHOTOS_PER_STEP = 500;

interface MakeTilesDeps extends SweepDeps {
  store: Store;
  library: Library;
}

const State = z.object({
  /** Photos up to this id have tiles. */
  after: z.string(),
});

/**
 * Gives tiles to all photos of a user whose lists read photos: those of earlier releases, and those that such a release
 * has written to since. The `tiles` property of the user says that the job is under way. A write by an earlier release
 * drops it, and the job ends without a result. The next night starts it again.
 */
export const makeTiles = defineSweep({
  name: 'make-tiles',
  state: State,
  async step({ store, library }: MakeTilesDeps, user, state) {
    if (!state && !(await begin(library, user))) return { outcome: 'nothing-to-do' };
    let after = state?.after ?? '';
    for (let made = 0; made < PHOTOS_PER_STEP; made += PHOTOS_PER_COMMIT) {
      const photos = await store.photosAfter(user, after, PHOTOS_PER_COMMIT);
      const ids = photos.map(({ id }) => id);
      const isUnderWay = await library.commit(user, (change) => writeAgain(change, ids), ids.map(photoRef));
      if (!isUnderWay) return { outcome: 'an earlier release has written' };
      if (photos.length < PHOTOS_PER_COMMIT) return { outcome: await end(library, user) };
      after = ids.at(-1) ?? after;
    }
    return { outcome: `tiles up to photo ${after}`, next: { after } };
  },
});

/** Returns whether there is something to do. */
const begin = (library: Library, user: UserId) =>
  library.commit(user, async ({ entities }) => {
    const found = await entities.read(userRef);
    if (!found || found.tiles === TILE_VERSION) return false;
    entities.write(userRef, { ...found, tiles: MAKING_TILES });
    return true;
  });

/** Every write of a photo writes its tile. Returns whether the job is still under way. */
async function writeAgain({ entities }: Change, ids: readonly PhotoId[]): Promise<boolean> {
  if ((await entities.read(userRef))?.tiles !== MAKING_TILES) return false;
  for (const id of ids) {
    const photo = await entities.read(photoRef(id));
    if (photo) entities.write(photoRef(id), photo);
  }
  return true;
}

const end = (library: Library, user: UserId) =>
  library.commit(user, async ({ entities }) => {
    const found = await entities.read(userRef);
    if (found?.tiles !== MAKING_TILES) return 'an earlier release has written';
    entities.write(userRef, { ...found, tiles: TILE_VERSION });
    return 'lists read tiles';
  });
