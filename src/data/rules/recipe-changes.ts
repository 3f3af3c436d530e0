import type { UnitOfWork } from '../commit/unit-of-work.ts';
import { userRef } from '../model/entity-refs.ts';
import type { User } from '../model/records.ts';

/** What is known of the recipe by which the smaller sizes of a user's photos were made. */
export interface RecipeChanges {
  /** Keeps that all of them are by a recipe, or as good as they can get. */
  keepRecipe(recipe: number): Promise<void>;
  /** Counts a night in which they are made again; it may be reported twice. Returns the number of nights so far. */
  countRemaking(recipe: number): Promise<number>;
}

/** Tasks may come twice: what begins again so soon is the same night. Milliseconds. */
const SAME_NIGHT = 12 * 3_600_000;

export function recipeChanges({
  overlay,
  now,
  user,
}: {
  overlay: UnitOfWork;
  now: number;
  user(): Promise<User>;
}): RecipeChanges {
  return {
    async keepRecipe(recipe) {
      const { remaking: _remaking, ...owner } = await user();
      overlay.write(userRef, { ...owner, recipe });
    },
    async countRemaking(recipe) {
      const owner = await user();
      const before = owner.remaking?.recipe === recipe ? owner.remaking : { recipe, nights: 0, at: 0 };
      if (now - before.at < SAME_NIGHT) return before.nights;
      const remaking = { recipe, nights: before.nights + 1, at: now };
      overlay.write(userRef, { ...owner, remaking });
      return remaking.nights;
    },
  };
}
