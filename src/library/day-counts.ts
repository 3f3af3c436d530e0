import { onTimeline } from './kinds.ts';
import type { Overlay } from './overlay.ts';
import { yearRow } from './rows.ts';
import type { Photo } from './shapes.ts';

/** Keeps the photos per day true to what becomes of one photo: it may come, go, or move to another day. */
export async function countDays(overlay: Overlay, before: Photo | undefined, after: Photo): Promise<void> {
  const left = before && onTimeline(before) ? before.takenAt.local : undefined;
  const entered = onTimeline(after) ? after.takenAt.local : undefined;
  if (left?.slice(0, 10) === entered?.slice(0, 10)) return;
  if (left) await addToDay(overlay, left, -1);
  if (entered) await addToDay(overlay, entered, 1);
}

async function addToDay(overlay: Overlay, local: string, by: number): Promise<void> {
  const row = yearRow(local);
  const days = { ...(await overlay.read(row))?.days };
  const day = local.slice(5, 10);
  const count = (days[day] ?? 0) + by;
  if (count > 0) days[day] = count;
  else delete days[day];
  overlay.write(row, { days });
}
