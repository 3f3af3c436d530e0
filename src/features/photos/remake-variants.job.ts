import { z } from 'zod';
import { AppError } from '../../runtime/errors.ts';
import { defineSweep, type SweepDeps } from '../../background/define-sweep.ts';
import { userRef } from '../../data/model/entity-refs.ts';
import type { Change } from '../../data/rules/change.ts';
import type { Library } from '../../data/commit/group-commit.ts';
import { isAbsence } from '../../data/rules/erasure.ts';
import type { UserId } from '../../runtime/ids.ts';
import type { Photo } from '../../data/model/records.ts';
import { changedKey, feedPosition } from '../../data/model/sort-keys.ts';
import type { Store } from '../../data/read/store.ts';
import type { Log } from '../../runtime/log.ts';
import { isOutdated, RECIPE } from './recipe.ts';
import type { PhotoVariants } from './photo-variants.ts';

/** Photos in one step: at the six seconds that the largest HEIC takes, it ends well within its time. */
const PHOTOS_PER_STEP = 40;

interface RemakeDeps extends SweepDeps {
  store: Store;
  library: Library;
  photoVariants: PhotoVariants;
  log: Log;
}

/** Nights in which a user's photos are attempted. Photos that failed in each of them keep the sizes that they have. */
const MOST_NIGHTS = 5;

/**
 * Makes the smaller sizes of a user's photos by an earlier recipe again, in the order in which photos have changed. When all
 * are made, or no attempt is left, the user's entity records it, and the next nights cost one lookup.
 */
export const remakeVariants = defineSweep({
  name: 'remake-variants',
  state: z.object({ after: z.string(), failed: z.int() }),
  async step(deps: RemakeDeps, user, state) {
    const { after, failed } = state ?? { after: feedPosition(user, 0), failed: 0 };
    const { store, library } = deps;
    const owner = await store.user(user);
    if (!owner || owner.recipe === RECIPE) return { outcome: 'nothing-to-do' };
    const nights = state ? (owner.remaking?.nights ?? 0) : await library.commit(user, countRemaking);
    // Counted beforehand: a picture that ends the whole process never completes its night.
    if (nights > MOST_NIGHTS) return giveUp(deps, user);
    const page = await store.range(user, { by: 'changedKey', towards: 'newer', limit: PHOTOS_PER_STEP, from: after });
    if (!page) return { outcome: 'nothing-to-do' };
    const outdated = page.photos.filter(isOutdated);
    let failures = failed;
    for (const photo of outdated) if (!(await remake(deps, photo))) failures += 1;
    const outcome = `${outdated.length} made again, ${failures} failed`;
    const last = page.photos.at(-1);
    if (last && page.photos.length === PHOTOS_PER_STEP)
      return { outcome, next: { after: changedKey(last), failed: failures } };
    if (failures > 0 && nights === MOST_NIGHTS) await giveUp(deps, user);
    if (failures === 0) await library.commit(user, keepRecipe);
    return { outcome };
  },
});

async function giveUp({ library, log }: RemakeDeps, user: UserId): Promise<{ outcome: string }> {
  await library.commit(user, keepRecipe);
  const told = `Some smaller sizes could not be made again in ${MOST_NIGHTS} nights: those of earlier recipes stay.`;
  log.error({ account: user, recipe: RECIPE }, told);
  return { outcome: 'given up' };
}

/** Keeps that all smaller sizes are made by the current recipe, or cannot be made any better. */
async function keepRecipe({ account, entities }: Change): Promise<void> {
  const { remaking: _remaking, ...owner } = await account.read();
  entities.write(userRef, { ...owner, recipe: RECIPE });
}

/** Tasks may be delivered twice: a run that begins again this soon is the same night. */
const SAME_NIGHT_MS = 12 * 3_600_000;

/** Counts a night in which the sizes are made again, and returns the number of nights so far. */
async function countRemaking({ account, entities, now }: Change): Promise<number> {
  const owner = await account.read();
  const before = owner.remaking?.recipe === RECIPE ? owner.remaking : { recipe: RECIPE, nights: 0, at: 0 };
  if (now - before.at < SAME_NIGHT_MS) return before.nights;
  const remaking = { recipe: RECIPE, nights: before.nights + 1, at: now };
  entities.write(userRef, { ...owner, remaking });
  return remaking.nights;
}

/**
 * Returns whether a photo has its new sizes, or needs none any more.
 * @throws AppError busy when the decode queue is full: the step is then made later
 */
async function remake({ photoVariants, log }: RemakeDeps, photo: Photo): Promise<boolean> {
  try {
    await photoVariants.makeEager(photo);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'busy') throw error;
    if (isAbsence(error)) return true;
    log.warn({ err: error, photo: photo.id }, 'Smaller sizes could not be made again; the old ones stay.');
    return false;
  }
}
