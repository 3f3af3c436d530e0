import type { MonthRail } from './month-rail.ts';
import { pressUndo } from './notice.ts';
import { ACT_KEYS, actByKey } from './photo-acts.ts';
import type { PhotoGrid } from './photo-grid.ts';
import { idOf, type ListedPhoto } from './sheet.ts';
import { showKeys } from './show-keys.ts';

/** The keys of Immich for a list. A capital letter goes back: to newer photos. */
const LIST_KEYS = [
  ['← → ↑ ↓', 'the photo beside this one'],
  ['Enter', 'open the photo'],
  ['d, Shift d', 'the day before, the day after'],
  ['m, Shift m', 'the month before, the month after'],
  ['y, Shift y', 'the year before, the year after'],
  ['g', 'go to a date'],
  ['Ctrl z', 'undo, while the notice offers it'],
  ['?', 'this list'],
] as const;

/** Digits of a day `2019-07-01` that name its day, month and year. */
const PERIODS: Record<string, number> = { d: 10, m: 7, y: 4 };

/** Does what a key stands for on a page with a list, unless the person types or a dialog is open. */
export async function onListKey(grid: PhotoGrid, event: KeyboardEvent): Promise<void> {
  const target = event.target as Element;
  if (target.closest('input, textarea, select, [contenteditable]')) return;
  // The lightbox reads keys also while the focus is still on the list.
  if (document.querySelector('dialog[open], .pswp')) return;
  if (event.key === 'z' && (event.ctrlKey || event.metaKey) && pressUndo()) return event.preventDefault();
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const frame = target.closest('a.frame');
  const photo = frame ? grid.photos.find(({ id }) => id === idOf(frame)) : undefined;
  const digits = PERIODS[event.key.toLowerCase()];
  if (event.key === '?') showKeys([...LIST_KEYS, ...ACT_KEYS.filter(([, , act]) => act !== 'download')]);
  else if (event.key === 'g') document.querySelector<MonthRail>('month-rail')?.askForDate();
  else if (digits !== undefined) await goToPeriod(grid, photo, digits, event.shiftKey ? 'newer' : 'older');
  else if (photo) await actInList(grid, photo, event.key);
}

/** An act takes the photo away, so the focus goes to the one after it. */
async function actInList(grid: PhotoGrid, photo: ListedPhoto, key: string): Promise<void> {
  const at = grid.photos.indexOf(photo);
  await actByKey(grid, photo, key, () => {
    const { photos } = grid;
    const next = photo.gone ? (photos[at] ?? photos.at(-1)) : photo;
    if (next) grid.frameOf(next.id)?.focus();
  });
}

/** Focuses the first photo of the next older or newer day, month or year. */
async function goToPeriod(
  grid: PhotoGrid,
  from: ListedPhoto | undefined,
  digits: number,
  side: 'older' | 'newer',
): Promise<void> {
  const start = from ?? grid.photoInView();
  if (!start) return;
  const find = () => firstOfNextPeriod(grid.photos, start, digits, side);
  const rail = document.querySelector<MonthRail>('month-rail');
  if (!find() && digits < 10 && rail) await rail.goBeyond(start.day.slice(0, digits), side);
  else if (!find()) await grid.extend(side);
  const photo = find() ?? (side === 'older' ? grid.photos.at(-1) : grid.photos[0]);
  const frame = photo && (await grid.bring(photo.id));
  frame?.scrollIntoView({ block: 'center' });
  frame?.focus({ preventScroll: true });
}

function firstOfNextPeriod(
  photos: ListedPhoto[],
  start: ListedPhoto,
  digits: number,
  side: 'older' | 'newer',
): ListedPhoto | undefined {
  const of = ({ day }: ListedPhoto) => day.slice(0, digits);
  const at = photos.findIndex(({ id }) => id === start.id);
  // A jump has left the photo behind: what the page begins with is the target.
  if (at < 0) return photos[0];
  if (side === 'older') return photos.slice(at).find((photo) => of(photo) !== of(start));
  const last = photos.slice(0, at).findLast((photo) => of(photo) !== of(start));
  return last && photos.find((photo) => of(photo) === of(last));
}
