import { onTimeline } from '../model/entity-kinds.ts';
import type { Entities } from '../commit/unit-of-work.ts';
import { userRef, yearRef } from '../model/entity-refs.ts';
import type { Photo } from '../model/records.ts';
import type { AccountChanges } from './account-changes.ts';
import type { ChangeContext } from './change-context.ts';

/** Photos by day, such as `2019-07-01`. */
type DayCounts = ReadonlyMap<string, number>;

export interface DayCountChanges {
  /**
   * Sets the counts of these days, and of no others. The counts were taken at a sequence of the user: if the user's
   * photos have changed since, it writes nothing and returns false.
   */
  correct(sequence: number, counts: DayCounts): Promise<boolean>;
}

export const dayCountChanges = (
  { entities }: ChangeContext,
  account: Pick<AccountChanges, 'read'>,
): DayCountChanges => ({
  async correct(sequence, counts) {
    const user = await account.read();
    if (user.sequence !== sequence) return false;
    for (const [date, count] of counts) await changeDay(entities, date, () => count);
    // The new sequence invalidates the replies that hold the wrong counts.
    entities.write(userRef, { ...user, sequence: sequence + 1 });
    return true;
  },
});

/** Updates the photos per day when one photo is added, leaves the timeline, returns to it, or moves to another day. */
export async function updateDayCounts(entities: Entities, before: Photo | undefined, after: Photo): Promise<void> {
  const left = before && onTimeline(before) ? before.takenAt.local : undefined;
  const entered = onTimeline(after) ? after.takenAt.local : undefined;
  if (left?.slice(0, 10) === entered?.slice(0, 10)) return;
  if (left) await addToDay(entities, left, -1);
  if (entered) await addToDay(entities, entered, 1);
}

const addToDay = (entities: Entities, local: string, by: number) => changeDay(entities, local, (count) => count + by);

async function changeDay(entities: Entities, local: string, change: (count: number) => number): Promise<void> {
  const ref = yearRef(local);
  const days = { ...(await entities.read(ref))?.days };
  const day = local.slice(5, 10);
  const count = change(days[day] ?? 0);
  if (count > 0) days[day] = count;
  else delete days[day];
  entities.write(ref, { days });
}
