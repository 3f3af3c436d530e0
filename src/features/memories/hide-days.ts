import type { Library } from '../../data/commit/group-commit.ts';
import { userRef } from '../../data/model/entity-refs.ts';
import { AppError } from '../../runtime/errors.ts';
import type { UserId } from '../../runtime/ids.ts';

/** Days that one account hides. They are a part of the account itself, which each request reads. */
export const MOST_HIDDEN_DAYS = 200;

interface HideDeps {
  library: Library;
}

/**
 * Hides a day such as `2019-11-29` from the memories, in every list of them. May be repeated.
 * @throws AppError account-erased; conflict after too many days
 */
export const hideDay = (deps: HideDeps, user: UserId, day: string): Promise<void> =>
  changeHidden(deps, user, (hidden) => [...hidden.filter((other) => other !== day), day].toSorted());

/**
 * Shows a hidden day again. May be repeated.
 * @throws AppError account-erased
 */
export const showDay = (deps: HideDeps, user: UserId, day: string): Promise<void> =>
  changeHidden(deps, user, (hidden) => hidden.filter((other) => other !== day));

const changeHidden = ({ library }: HideDeps, id: UserId, change: (hidden: readonly string[]) => string[]) =>
  library.commit(id, async ({ account, entities }) => {
    const user = await account.read();
    const before = user.hiddenDays ?? [];
    const hiddenDays = change(before);
    if (hiddenDays.length === before.length) return;
    if (hiddenDays.length > MOST_HIDDEN_DAYS) {
      throw new AppError('conflict', `At most ${MOST_HIDDEN_DAYS} days can be hidden. Show another day again first.`);
    }
    // The new sequence makes kept replies outdated.
    entities.write(userRef, { ...user, hiddenDays, sequence: user.sequence + 1 });
  });
