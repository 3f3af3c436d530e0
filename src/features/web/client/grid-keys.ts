import type { PhotoGrid } from './photo-grid.ts';
import { framesOf, idOf } from './sheet.ts';

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

/** Moves the focus between the photos of the list: also to those of pages that are not in the document now. */
export async function onGridKey(grid: PhotoGrid, event: KeyboardEvent): Promise<void> {
  const frame = (event.target as Element).closest<HTMLAnchorElement>('a.frame');
  const step = STEPS[event.key];
  const isVertical = event.key === 'ArrowUp' || event.key === 'ArrowDown';
  if (!frame || (step === undefined && !isVertical) || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const side = event.key === 'ArrowUp' || event.key === 'ArrowLeft' ? 'newer' : 'older';
  const beside = () => (step === undefined ? frameAcross(grid, frame, side) : frameAlong(grid, frame, step));
  const target = (await beside()) ?? ((await grid.extend(side)) ? await beside() : undefined);
  target?.focus();
}

/** The photo so many steps on in the list. */
async function frameAlong(grid: PhotoGrid, frame: Element, step: number): Promise<HTMLAnchorElement | undefined> {
  const { photos } = grid;
  const at = photos.findIndex(({ id }) => id === idOf(frame)) + step;
  const photo = Number.isFinite(step) ? photos[at] : photos.at(step < 0 ? 0 : -1);
  return photo && grid.bring(photo.id);
}

/** The photo above or below: the nearest middle in the next row. */
async function frameAcross(
  grid: PhotoGrid,
  frame: HTMLElement,
  side: 'older' | 'newer',
): Promise<HTMLAnchorElement | undefined> {
  // The page beside this photo's page is brought first: rows are told by where photos stand.
  const { photos } = grid;
  const at = photos.findIndex(({ id }) => id === idOf(frame));
  const edge = photos[Math.min(Math.max(at + (side === 'older' ? LONGEST_ROW : -LONGEST_ROW), 0), photos.length - 1)];
  if (edge) await grid.bring(edge.id);
  const frames = framesOf(grid);
  const here = frames.indexOf(frame as HTMLAnchorElement);
  const candidates = side === 'older' ? frames.slice(here + 1) : frames.slice(0, here).toReversed();
  return nearestInNextRow(frame.getBoundingClientRect(), candidates);
}

/** Photos in the longest row of a wide screen. */
const LONGEST_ROW = 30;

function nearestInNextRow(from: DOMRect, candidates: HTMLAnchorElement[]): HTMLAnchorElement | undefined {
  const middle = from.left + from.width / 2;
  let best: { frame: HTMLAnchorElement; top: number; distance: number } | undefined;
  for (const frame of candidates) {
    const { top, left, width } = frame.getBoundingClientRect();
    if (Math.abs(top - from.top) < from.height / 2) continue;
    if (best && Math.abs(top - best.top) > from.height / 2) break;
    const distance = Math.abs(left + width / 2 - middle);
    if (!best || distance < best.distance) best = { frame, top, distance };
  }
  return best?.frame;
}
