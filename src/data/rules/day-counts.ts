import { onTimeline } from '../model/entity-kinds.ts';
import type { UnitOfWork } from '../commit/unit-of-work.ts';
import { yearRef } from '../model/entity-refs.ts';
import type { Photo } from '../model/records.ts';

/** Photos by day, such as `2019-07-01`. */
export type DayCounts = ReadonlyMap<string, number>;

/** Sets the counts of these days, and of no others. */
export async function setDays(overlay: UnitOfWork, counts: DayCounts): Promise<void> {
  for (const [date, count] of counts) await changeDay(overlay, date, () => count);
}

/** Keeps the photos per day true to what becomes of one photo: it may come, go, or move to another day. */
export async function countDays(overlay: UnitOfWork, before: Photo | undefined, after: Photo): Promise<void> {
  const left = before && onTimeline(before) ? before.takenAt.local : undefined;
  const entered = onTimeline(after) ? after.takenAt.local : undefined;
  if (left?.slice(0, 10) === entered?.slice(0, 10)) return;
  if (left) await addToDay(overlay, left, -1);
  if (entered) await addToDay(overlay, entered, 1);
}

const addToDay = (overlay: UnitOfWork, local: string, by: number) => changeDay(overlay, local, (count) => count + by);

async function changeDay(overlay: UnitOfWork, local: string, change: (count: number) => number): Promise<void> {
  const row = yearRef(local);
  const days = { ...(await overlay.read(row))?.days };
  const day = local.slice(5, 10);
  const count = change(days[day] ?? 0);
  if (count > 0) days[day] = count;
  else delete days[day];
  overlay.write(row, { days });
}
